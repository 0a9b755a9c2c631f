import { z } from 'zod';
import { dashboardTitles } from '../../../dashboards/source/links.ts';
import type { SharedDashboard, SharedVariable } from '../../share/dashboard.ts';
import type { Html } from '../../share/render/html.ts';
import { html } from '../../share/render/html.ts';
import type { Context, Service } from '../service.ts';
import type { Asked } from './asked.ts';
import { dimensionOf, queryOf } from './asked.ts';

/** More names than that are typed, not chosen from a list. */
const mostChoices = 300;

/** Ways to other times, on every page. */
export const spans = [
  ['now-24h', '24 hours'],
  ['now-7d', '7 days'],
  ['now-30d', '30 days'],
  ['now-90d', '90 days'],
  ['now-12M', '12 months'],
] as const;

/** The ways to the other dashboards, with all that is chosen here. */
export const navigation = (current: string | undefined, query: string): Html =>
  html`<nav aria-label="Dashboards">
    <ul>
      ${Object.entries(dashboardTitles).map(
        ([uid, title]) =>
          html`<li>
            <a href="/d/${uid}${query === '' ? '' : `?${query}`}" ${uid === current ? html`aria-current="page"` : ''}
              >${title}</a
            >
          </li>`,
      )}
    </ul>
  </nav>`;

export const signOutForm = (): Html =>
  html`<form method="post" action="/sign-out" class="screen"><button type="submit">Sign out</button></form>`;

/** What the page shows can be chosen in a form that works without scripts: its fields are the page's address. */
export async function chooser(
  dashboard: SharedDashboard,
  asked: Asked,
  service: Service,
  context: Context,
): Promise<Html> {
  const fields = await Promise.all(
    dashboard.templating.list
      .filter(({ type }) => type !== 'datasource')
      .map((variable) => fieldOf(variable, asked, service, context)),
  );
  return html`<nav aria-label="Time range">
      <ul>
        ${spans.map(
          ([from, title]) =>
            html`<li>
              <a
                href="/d/${dashboard.uid}?${queryOf({ ...asked, from, to: 'now' })}"
                ${asked.from === from && asked.to === 'now' ? html`aria-current="true"` : ''}
                >${title}</a
              >
            </li>`,
        )}
      </ul>
    </nav>
    <form method="get" action="/d/${dashboard.uid}" class="choose" aria-label="What is shown">
      ${fields}
      <label>From <input name="from" value="${asked.from}" /></label>
      <label>To <input name="to" value="${asked.to}" /></label>
      <label>Time zone <input name="timezone" value="${asked.timezone}" /></label>
      <button type="submit">Show</button>
    </form>`;
}

/** A list to choose from; where there are too many values, a field to type one. Several values, as a link may bring, stay. */
async function fieldOf(variable: SharedVariable, asked: Asked, service: Service, context: Context): Promise<Html> {
  const { name, label } = variable;
  const chosen = asked.variables[name] ?? [];
  const choices = await choicesOf(variable, asked, service, context);
  const title = label === '' ? name : label;
  if (choices === undefined) {
    return html`<label>${title} <input name="var-${name}" value="${chosen[0] ?? ''}" /></label>`;
  }
  const missing = chosen.filter((value) => !choices.some((choice) => choice.value === value));
  const all = variable.includeAll || variable.type === 'custom' ? [{ value: '', text: 'All' }] : [];
  const options = [...all, ...missing.map((value) => ({ value, text: value })), ...choices];
  return html`<label
    >${title}
    <select name="var-${name}" ${chosen.length > 1 ? html`multiple size="3"` : ''}>
      ${options.map(
        ({ value, text }) =>
          html`<option value="${value}" ${chosen.includes(value) ? html`selected` : ''}>
            ${text === '' ? '(none)' : text}
          </option>`,
      )}
    </select>
  </label>`;
}

async function choicesOf(
  variable: SharedVariable,
  asked: Asked,
  service: Service,
  context: Context,
): Promise<readonly { readonly value: string; readonly text: string }[] | undefined> {
  const dimension = dimensionOf(variable);
  if (dimension === undefined) {
    const values = z.string().parse(variable.query).split(',');
    return values.map((value) => ({ value, text: value }));
  }
  // Users, hosts and clients are too many to load for every page.
  if (dimension === 'user' || dimension === 'host' || dimension === 'client') return undefined;
  const account = asked.variables['account'];
  const { values, truncated } = await service.dimensionValues(
    {
      dimension,
      ...asked.range,
      limit: mostChoices,
      ...(account !== undefined &&
        dimension !== 'account' && { filters: [{ dimension: 'account', operator: 'in', values: account }] }),
    },
    context,
  );
  return truncated ? undefined : values.filter(({ value }) => value !== '');
}
