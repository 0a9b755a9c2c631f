import type { Ask } from './ask.ts';
import type { SharedDashboard, SharedPanel } from './dashboard.ts';
import { isOverTime } from './dashboard.ts';
import type { AnsweredMarks } from './marks.ts';
import { withoutFalseZeros } from './no-data.ts';
import type { PanelAnswer, Snapshot } from './snapshot.ts';
import type { VariableValues } from './variables.ts';
import { filledIn } from './variables.ts';

/** What a snapshot is taken of. */
export interface Taking {
  /** Milliseconds since 1970 UTC, `to` exclusive. */
  readonly from: number;
  readonly to: number;
  /** IANA name: times are shown, and days cut, on its clocks. */
  readonly timezone: string;
  /** The one account that it is about; undefined: everything that the asker may see. */
  readonly account?: string | undefined;
  readonly variables?: VariableValues;
  /** Rows (series) that a panel's questions are asked for; undefined: as many as the dashboard says. */
  readonly mostRows?: (panel: SharedPanel) => number | undefined;
}

/** A list that is meant to be whole. Longer ones would not fit into memory beside others. */
export const longestList = 100_000;

/**
 * Fills a dashboard: asks every panel's questions, all at once, under the scope of `ask`. A question that cannot be answered is an
 * error in its panel. With an account, the dashboard's variable of that name is set to it: the scope of `ask` must be limited to
 * it as well.
 */
export async function takeSnapshot(
  dashboard: SharedDashboard,
  { from, to, timezone, account, variables = {}, mostRows }: Taking,
  ask: Ask,
): Promise<Snapshot> {
  const values: VariableValues = account === undefined ? variables : { ...variables, account: [account] };
  const [marks, ...answers] = await Promise.all([
    askMarks(dashboard, { from, to, timezone }, values, ask),
    ...dashboard.panels.map(async (panel) => {
      const queries = panel.targets.map((target) => ({
        timezone,
        ...filledIn(target, values),
        ...(isOverTime(panel) && { maxDataPoints: pointsOf(panel) }),
        ...limited(mostRows?.(panel)),
      }));
      const results = await ask(queries, { from, to });
      const inOrder = queries.map(({ refId }): PanelAnswer => results[refId] ?? noAnswer(refId));
      return [panel.id, inOrder] as const;
    }),
  ]);
  return withoutFalseZeros({
    dashboard,
    answers: new Map(answers),
    marks,
    range: { from, to },
    timezone,
    account,
    variables: values,
    rules: rulesOf(dashboard),
    takenAt: Date.now(),
  });
}

/** Rows (series) that a question asks for; `src/query/schema.ts` knows how many it is where it does not say. */
export const limitOf = ({ limit }: SharedPanel['targets'][number]): number =>
  typeof limit === 'number' ? limit : 1000;

const limited = (rows: number | undefined): { readonly limit?: number } => (rows === undefined ? {} : { limit: rows });

/** Marks explain figures over time: where there are none, nothing is asked. */
async function askMarks(
  { annotations, panels }: SharedDashboard,
  { from, to, timezone }: Pick<Taking, 'from' | 'to' | 'timezone'>,
  values: VariableValues,
  ask: Ask,
): Promise<readonly AnsweredMarks[]> {
  const asked = annotations.list.flatMap(({ name, iconColor, target }, i) =>
    target === undefined
      ? []
      : [{ name, color: iconColor, query: { timezone, ...filledIn(target, values), refId: `M${i}` } }],
  );
  if (asked.length === 0 || !panels.some(isOverTime)) return [];
  const results = await ask(
    asked.map(({ query }) => query),
    { from, to },
  );
  return asked.map(({ name, color, query }) => ({
    name,
    color,
    answer: results[query.refId] ?? noAnswer(query.refId),
  }));
}

const noAnswer = (refId: string): PanelAnswer => ({ error: `The query ${refId} was not answered.` });

/** Steps that can be told apart on a page as wide as Grafana's: of 24 columns, each about 50 px wide. */
const pointsOf = ({ gridPos, maxDataPoints = Infinity }: SharedPanel): number =>
  Math.min(maxDataPoints, Math.max(60, gridPos.w * 15));

/** How figures are counted, as far as it changes them: for those who were not there when the dashboard was made. */
function rulesOf({ panels }: SharedDashboard): readonly string[] {
  const measures = new Set(panels.flatMap(({ targets }) => targets.map((target) => target.measure)));
  return rules.filter(([about]) => about.some((measure) => measures.has(measure))).map(([, sentence]) => sentence);
}

const rules: readonly (readonly [measures: readonly string[], sentence: string])[] = [
  [
    ['usagePercentage', 'utilization'],
    'Usage in % is the peak number of licenses in use at once, of the entitlements in force; metered: of the amount of the period.',
  ],
  [
    ['denials', 'denialShare', 'denialAdvice', 'denialSummary', 'denialEpisodes', 'denialRate'],
    'Denials of one client and feature that are no more than ten minutes apart count once, whichever servers it asked; one is resolved when the client gets the license within ten minutes.',
  ],
  [
    ['uniqueClients', 'clientsPerLicense', 'deniedClients'],
    'A client is a user at a host, or the device where the license server names one.',
  ],
];
