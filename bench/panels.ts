import { generateDashboards } from '../dashboards/source/generate.ts';
import { parseTimeRange } from '../src/query/time.ts';
import { readDashboard, type SharedDashboard } from '../src/share/dashboard.ts';
import { takeSnapshot } from '../src/share/take.ts';
import type { VariableValues } from '../src/share/variables.ts';
import { orFailed, type Journal } from './journal.ts';
import { timing } from './measure.ts';
import { answer, choices, choose, ranges, rowsOf, type Asked, type Chosen } from './questions.ts';
import { end } from './simulated.ts';
import type { Opened } from './store.ts';

/** One query of one panel, as its dashboard asks it once the variables are chosen. */
export interface PanelQuery {
  readonly name: string;
  /** 0: as the dashboard opens; then each choice. */
  readonly view: number;
  readonly json: Asked;
}

/** These show one thing; the other variables are "All" at first. */
const alwaysChosen: Readonly<Record<string, keyof Chosen>> = { 'la-customer': 'account', 'la-feature': 'feature' };

/**
 * Times every panel's queries and marks as each dashboard opens, and then with one account, product, feature or server chosen; over the
 * dashboard's own time range and over a year. What people see first is measured first; what asks the same as one before it is left out.
 */
export async function timePanels({ connection, engine }: Opened, journal: Journal): Promise<void> {
  const chosen = await choose(engine);
  const all = [];
  for (const { text } of generateDashboards()) {
    const dashboard = readDashboard(JSON.parse(text));
    const { from, to } = dashboard.time;
    const over = { [from]: parseTimeRange(from, to, end + 37 * 60_000, 'UTC'), 'a year': ranges['whole days'](365) };
    for (const [order, [time, range]] of Object.entries(over).entries())
      for (const query of await panelQueries(dashboard, chosen, range))
        all.push({ ...query, range, time, order: 2 * query.view + order });
  }
  const asked = new Set<string>();
  for (const { name, json, range, time } of all.sort((a, b) => a.order - b.order)) {
    const same = JSON.stringify([json, range]);
    if (asked.has(same)) continue;
    asked.add(same);
    const ask = async (): Promise<number> => rowsOf(await answer(engine, json, range));
    await journal.once(`panels/${name}, ${time}`, () =>
      orFailed(() => timing(connection, ask, { times: 10, seconds: 0.5, least: 3 })),
    );
  }
}

/** The queries of all panels, under each choice that the dashboard offers. Only collected: nobody answers them. */
export async function panelQueries(
  dashboard: SharedDashboard,
  chosen: Chosen,
  range: { readonly from: number; readonly to: number },
): Promise<readonly PanelQuery[]> {
  const always = alwaysChosen[dashboard.uid];
  const first: VariableValues = always === undefined ? {} : { [always]: [chosen[always]] };
  const offered = choices.filter((name) => dashboard.templating.list.some((variable) => variable.name === name));
  const views = [
    ['as it opens', first] as const,
    ...offered
      .filter((name) => name !== always)
      .map((name) => [`one ${name}`, { ...first, [name]: [chosen[name]] }] as const),
  ];
  const queries: PanelQuery[] = [];
  for (const [view, [choice, variables]] of views.entries())
    for (const [i, panel] of dashboard.panels.entries())
      await takeSnapshot(
        // Marks are asked once for a dashboard.
        {
          ...dashboard,
          panels: [panel],
          annotations: { list: i === marked(dashboard) ? dashboard.annotations.list : [] },
        },
        { ...range, timezone: 'UTC', variables },
        (panelAsks) => {
          for (const { refId, ...json } of panelAsks)
            queries.push({
              name: `${dashboard.uid}: ${panel.title} ${refId} (${json.measure}), ${choice}`,
              view,
              json,
            });
          return Promise.resolve({});
        },
      );
  return queries;
}

/** Marks stand on panels over time. */
const marked = ({ panels }: SharedDashboard): number => panels.findIndex(({ type }) => type === 'timeseries');
