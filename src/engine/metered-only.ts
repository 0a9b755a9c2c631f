import { onlyMetered } from '../query/page-notices.ts';
import { advice } from './advice.ts';
import type { Ask, Compute } from './ask.ts';
import { readLasting, selectionOf } from './ask.ts';
import { conditionSql, knows } from './relations.ts';
import { Bindings } from './sql.ts';

/**
 * Whether all that filters and scope ever leave was consumed, not held: licenses in use and clients served are then not 0 but do
 * not apply, and the notice says so.
 */
export async function isMeteredOnly(ask: Ask): Promise<boolean> {
  const bindings = new Bindings();
  const selection = selectionOf(ask);
  const relation = knows(
    'activity',
    selection.filters.map(({ dimension }) => dimension),
  )
    ? 'activity'
    : 'events';
  const lines = relation === 'activity' ? `level = 'month' AND checkouts > 0` : `kind = 'checkout'`;
  const { rows } = await readLasting(
    ask,
    `SELECT count(), countIf(model = 'metered') FROM ${relation} WHERE ${lines} AND ${conditionSql(relation, selection, bindings)}`,
    bindings,
  );
  const [all = 0, metered = 0] = (rows[0] ?? []).map(Number);
  if (all === 0 || metered < all) return false;
  ask.notices.push({
    severity: 'info',
    text: `${onlyMetered}: they are consumed, so none are in use at once, and no clients hold them. ${advice.metered}`,
  });
  return true;
}

/** A figure about licenses that are held: where nothing is known of it because only metered ones are used, that is said. */
export const ofHeld =
  (compute: Compute): Compute =>
  async (ask) => {
    const rows = await compute(ask);
    if (rows.some(({ values }) => values.some((value) => value !== null)) || !(await isMeteredOnly(ask))) return rows;
    return ask.question.groupBy.length > 0
      ? rows
      : ask.windows.map((_, window) => ({ key: [], window, values: [null] }));
  };
