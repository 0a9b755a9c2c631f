import { z } from 'zod';
import { dashboardTitles } from '../../../dashboards/source/links.ts';
import type { Dimension } from '../../query/dimensions.ts';
import type { SharedDashboard, SharedVariable } from '../../share/dashboard.ts';
import type { Html } from '../../share/render/html.ts';
import { html } from '../../share/render/html.ts';
import type { Context, Service } from '../service.ts';
import type { Asked } from './asked.ts';
import { choosingOf, queryOf } from './asked.ts';

/** More names than that are typed, not chosen from a list. */
const mostChoices = 300;

/** Fields before the figures; the others are folded unless something is chosen in them. */
const mostFields = 5;

/** Ways to other times, on every page. */
export const spans = [
  ['now-24h', '24 hours'],
  ['now-7d/d', '7 days'],
  ['now-30d/d', '30 days'],
  ['now-90d/d', '90 days'],
  ['now-12M/d', '12 months'],
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

/** What the page shows can be chosen in a form that works without scripts: its fields are the page's address. `all`: all data. */
export async function chooser(
  dashboard: SharedDashboard,
  asked: Asked,
  all: Pick<Asked, 'from' | 'to'> | undefined,
  service: Service,
  context: Context,
): Promise<Html> {
  const variables = dashboard.templating.list.filter(({ type }) => type !== 'datasource');
  const fields = await Promise.all(variables.map((variable) => fieldOf(variable, asked, service, context)));
  const further = variables.slice(mostFields).some(({ name }) => asked.variables[name] !== undefined);
  return html`<nav aria-label="Time range">
      <ul>
        ${[
          ...spans.map(([from, title]) => ({ from, to: 'now', title })),
          ...(all === undefined ? [] : [{ ...all, title: 'All data' }]),
        ].map(
          ({ from, to, title }) =>
            html`<li>
              <a
                href="/d/${dashboard.uid}?${queryOf({ ...asked, from, to })}"
                ${asked.from === from && asked.to === to ? html`aria-current="true"` : ''}
                >${title}</a
              >
            </li>`,
        )}
      </ul>
    </nav>
    <form method="get" action="/d/${dashboard.uid}" class="choose" aria-label="What is shown">
      ${fields.slice(0, mostFields)}
      ${
        fields.length <= mostFields
          ? undefined
          : html`<details ${further ? html`open` : ''}>
              <summary>More filters</summary>
              <div class="choose">${fields.slice(mostFields)}</div>
            </details>`
      }
      <label>From <input name="from" value="${asked.from}" /></label>
      <label>To <input name="to" value="${asked.to}" /></label>
      <label>Time zone <input name="timezone" value="${asked.timezone}" /></label>
      <button type="submit">Show</button>
    </form>`;
}

/** What a field offers. */
interface Choices {
  readonly values: readonly { readonly value: string; readonly text: string }[];
  /** There are more: whatever is typed counts. */
  readonly open: boolean;
}

/** A list to choose from; where there are too many values, a field to type one. Several values, as a link may bring, stay. */
async function fieldOf(variable: SharedVariable, asked: Asked, service: Service, context: Context): Promise<Html> {
  const { name, label } = variable;
  const chosen = asked.variables[name] ?? [];
  const { values, open } = await choicesOf(variable, asked, service, context);
  const title = label === '' ? name : label;
  if (open) return typed(name, title, chosen, values);
  const missing = chosen.filter((value) => !values.some((choice) => choice.value === value));
  const all = variable.includeAll || variable.type === 'custom' ? [{ value: '', text: 'All' }] : [];
  const toChoose = all.length === 0 && chosen.length !== 1 ? [{ value: '', text: 'Choose one' }] : [];
  const options = [...all, ...toChoose, ...missing.map((value) => ({ value, text: value })), ...values];
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

/** A field for each value that is chosen; the browser proposes what begins alike. */
const typed = (name: string, title: string, chosen: readonly string[], values: Choices['values']): Html => html`
  ${[chosen[0] ?? '', ...chosen.slice(1)].map(
    (value, i) =>
      html`<label
        >${i === 0 ? title : `${title} (${i + 1})`}
        <input
          name="var-${name}"
          value="${value}"
          ${values.length > 0 ? html`list="values-${name}"` : ''}
          autocomplete="off"
        />
      </label>`,
  )}
  ${
    values.length === 0
      ? undefined
      : html`<datalist id="values-${name}">
          ${values.map(({ value, text }) => html`<option value="${value}">${text === value ? '' : text}</option>`)}
        </datalist>`
  }
`;

/** So many that they are not looked for unless something else narrows them. */
const countless: readonly Dimension[] = ['user', 'host', 'client'];

async function choicesOf(variable: SharedVariable, asked: Asked, service: Service, context: Context): Promise<Choices> {
  const choosing = choosingOf(variable, asked.variables);
  if (choosing === undefined) {
    const values = z.string().parse(variable.query).split(',');
    return { values: values.map((value) => ({ value, text: value })), open: false };
  }
  const isCountless = countless.includes(choosing.dimension);
  if (isCountless && choosing.filters.length === 0) return { values: [], open: true };
  const search = (text?: string) =>
    service.dimensionValues({ ...choosing, ...asked.range, limit: mostChoices, search: text }, context);
  const { values, truncated } = await search();
  if (!truncated) return { values: values.filter(({ value }) => value !== ''), open: isCountless };
  // What is typed already says which of too many values are meant.
  const [begun] = asked.variables[variable.name] ?? [];
  const alike = begun === undefined ? [] : (await search(begun)).values;
  const known = new Set(alike.map(({ value }) => value));
  return {
    values: [...alike, ...values.filter(({ value }) => !known.has(value))]
      .filter(({ value }) => value !== '')
      .slice(0, mostChoices),
    open: true,
  };
}
