import { DateTime } from 'luxon';
import type { Branding } from '../../share/branding.ts';
import { linkExpiry } from '../../share/links/link.ts';
import { timeText } from '../../share/render/display.ts';
import { documentOf } from '../../share/render/document.ts';
import type { Html, Part } from '../../share/render/html.ts';
import { html } from '../../share/render/html.ts';
import type { Caller } from '../caller.ts';
import { tokenLevels } from '../caller.ts';
import type { LinkInfo, SubscriptionInfo } from '../delivery/delivering.ts';
import type { Asked } from './asked.ts';
import { navigation } from './head.ts';

/** How long a link from the page is there: what is chosen first comes first. */
export const linkTimes = ['30d', '7d', '3M', '1y'] as const;

/** What the page offers, and to whom. */
export interface Offering {
  readonly caller: Caller;
  /** Whether this server sends mails. */
  readonly isMailed: boolean;
  /** Whether a PDF can be made here. */
  readonly canPrint: boolean;
  /** Ends of links are days on its clocks. */
  readonly siteTimezone: string;
  readonly now: number;
}

/** Whether a caller may give out links. */
export const mayLink = ({ level }: Caller): boolean => tokenLevels.indexOf(level) >= tokenLevels.indexOf('write');

/** A subscription may send any account's figures to any address. */
export const maySubscribe = ({ level, accounts }: Caller): boolean => level === 'admin' && accounts === 'all';

/** What can be done with the usage of one customer, each with who will see what. Forms, so that it works without scripts. */
export function sharePanel(account: string, asked: Asked, offering: Offering): Html {
  const { caller, isMailed, canPrint } = offering;
  const ways = [
    ...(mayLink(caller) ? ['link'] : []),
    ...(canPrint ? ['PDF'] : []),
    'Excel',
    ...(maySubscribe(caller) ? ['weekly mail'] : []),
  ];
  const filtered = Object.keys(asked.variables).some((name) => name !== 'account');
  return html`<details class="share screen">
    <summary>Share: ${ways.join(', ')}</summary>
    ${filtered ? html`<p>What is filtered above does not count here: all of ${account} is shared.</p>` : undefined}
    ${mayLink(caller) ? linkForm(account, asked, offering) : undefined} ${fileForm(account, asked, canPrint)}
    ${maySubscribe(caller) ? (isMailed ? mailForm(account, asked, canPrint) : noMail) : undefined}
  </details>`;
}

const given = (account: string, { from, to, timezone }: Asked): Html =>
  html`<input type="hidden" name="account" value="${account}" /><input
      type="hidden"
      name="from"
      value="${from}"
    /><input type="hidden" name="to" value="${to}" /><input type="hidden" name="timezone" value="${timezone}" />`;

const users = html`<select name="users" aria-label="Names of users">
  <option value="numbers">without names of users</option>
  <option value="names">with names of users and hosts</option>
</select>`;

function linkForm(account: string, asked: Asked, { siteTimezone, now }: Offering): Html {
  const until = linkTimes.map((time) => {
    const day = timeText(linkExpiry(time, now, siteTimezone), asked.timezone, 'yyyy-MM-dd');
    return html`<option value="${time}">until ${day}</option>`;
  });
  return html`<form method="post" action="/d/la-customer/link" aria-label="Copy link">
    ${given(account, asked)}
    <p>
      Whoever has the address sees the usage of ${account}, ${users},
      <select name="expires" aria-label="Until when">
        ${until}
      </select>
      – without signing in, and always up to date. <button type="submit">Copy link</button>
    </p>
  </form>`;
}

function fileForm(account: string, asked: Asked, canPrint: boolean): Html {
  const [from, to] = [asked.range.from, asked.range.to].map((time) =>
    timeText(time, asked.timezone, 'yyyy-MM-dd HH:mm'),
  );
  return html`<form method="post" action="/d/la-customer/report" aria-label="Files">
    ${given(account, asked)}
    <p>
      A file for ${account}, its usage from ${from} to ${to}, ${users}:
      ${canPrint ? html`<button type="submit" name="format" value="pdf">PDF</button>` : undefined}
      <button type="submit" name="format" value="xlsx">Excel</button>
      ${canPrint ? undefined : html`<span class="about">For a PDF, Chromium must be installed on this server.</span>`}
    </p>
  </form>`;
}

const mailForm = (account: string, asked: Asked, canPrint: boolean): Html =>
  html`<form method="post" action="/d/la-customer/mail" aria-label="Mail weekly">
    ${given(account, asked)}
    <p>
      Every Monday at 7:00 (${asked.timezone}), the usage of ${account} in the week before, ${users}, as
      ${canPrint ? 'PDF' : 'HTML'} and Excel to
      <input
        name="recipients"
        aria-label="Recipients"
        placeholder="ana@acme.example, …"
        required
        autocomplete="off"
        size="30"
      />
      – each gets a mail of its own. <button type="submit">Mail weekly</button>
    </p>
  </form>`;

const noMail = html`<p class="about">
  To mail it every week, the server's configuration needs a mail server: mail: {smtp: smtp://user@mail.example.com,
  from: reports@example.com}.
</p>`;

/** What stands on a page that says what was done. */
interface Done {
  readonly branding: Branding;
  /** The page that it was done on. */
  readonly back: string;
}

const donePage = (title: string, main: Part, { branding, back }: Done): string =>
  documentOf({
    branding,
    title,
    head: html`${navigation(undefined, '')}
      <p><a href="${back}">Back to the customer</a></p>`,
    main: html`<div class="panel share">${main}</div>`,
  });

/** A link that was just made: its address is told this one time. `url`: whole. */
export const linkPage = (
  link: LinkInfo,
  {
    url,
    onlyHere,
    timezone,
    ...done
  }: Done & { readonly url: string; readonly onlyHere: boolean; readonly timezone: string },
): string =>
  donePage(
    `Link to the usage of ${link.account}`,
    html`<label for="address">The address, told this one time:</label>
      <input id="address" class="address" readonly value="${url}" autofocus />
      <p><button type="button" data-copy="address" hidden>Copy</button> <span role="status"></span></p>
      <p>
        Whoever has it sees the usage of ${link.account},
        ${link.showUsers ? 'with names of users and hosts' : 'without names of users'}, until
        ${timeText(Date.parse(link.expires), timezone, 'yyyy-MM-dd')}. Send it as you would a password.
      </p>
      ${
        onlyHere
          ? html`<p class="error">
              This address works on this machine only. Say in the configuration how others reach this server: links:
              {baseUrl: https://licenses.example.com}.
            </p>`
          : undefined
      }
      <form method="post" action="/d/la-customer/link/withdraw">
        <input type="hidden" name="id" value="${link.id}" /><input
          type="hidden"
          name="account"
          value="${link.account}"
        />
        <button type="submit">Withdraw it</button>
      </form>`,
    done,
  );

export const withdrawnPage = ({ account }: LinkInfo, done: Done): string =>
  donePage(`Link to the usage of ${account}: withdrawn`, html`<p>Its address leads nowhere from now on.</p>`, done);

export const mailPage = (
  { account, name, recipients, showUsers, timezone, next, outlets }: SubscriptionInfo,
  done: Done,
) =>
  donePage(
    `Mails about the usage of ${account}`,
    html`<p>
        The first goes out on ${DateTime.fromISO(next, { zone: timezone }).toFormat('yyyy-MM-dd HH:mm')} (${timezone}),
        then every Monday: the week before, ${showUsers ? 'with names of users and hosts' : 'without names of users'},
        as ${outlets.join(' and ')}, to ${recipients.join(', ')}.
      </p>
      <p class="about">
        It is the subscription "${name}". To end it: license-analytics subscribe remove "${name}". To try it:
        license-analytics subscribe test "${name}" --to me@example.com.
      </p>`,
    done,
  );
