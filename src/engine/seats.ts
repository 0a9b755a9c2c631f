import type { Dimension } from '../query/dimensions.ts';
import { isAboutProducts } from '../query/dimensions.ts';
import type { Ask } from './ask.ts';
import { selectionOf } from './ask.ts';
import { changesSql } from './changes-sql.ts';
import type { Packages } from './packages.ts';
import { conditionSql, groupingSql } from './relations.ts';
import type { Bindings } from './sql.ts';
import type { Range } from './windows.ts';

/**
 * The packages of which the question counts seats instead of checkouts (docs/definitions.md "Package"); undefined: of none.
 * @param keys what figures are grouped by
 */
export const seatsOf = ({ question, book }: Ask, keys: readonly Dimension[]): Packages | undefined =>
  isAboutProducts(keys, question.filters) && question.packages !== 'each' ? book.packages : undefined;

/** Sub-selects that stand for those of single changes. */
export interface Seats {
  /** k0, k1, …, at (ms), seq, fall (−delta) of changes in the stretch. */
  readonly changes: string;
  /** k0, k1, …, fall: what was open when the stretch begins. */
  readonly openings: string;
}

const zero = 'toDecimal128(0, 6)';

/**
 * Changes of the quantity in use of which a client's checkouts in one package are one seat: of each client, server and daemon the greater
 * of what it has open of packages themselves and of any one component, from change to change. What a group does not tell apart is
 * one; features outside of packages stay as they are.
 *
 * @param only condition on single changes
 */
export function seatsSql(
  ask: Ask,
  packages: Packages,
  {
    keys,
    stretch,
    only = '1',
  }: { readonly keys: readonly Dimension[]; readonly stretch: Range; readonly only?: string },
  bindings: Bindings,
): Seats {
  const { joins, expressions } = groupingSql('usage_changes', keys, selectionOf(ask), bindings);
  const names = keys.map((_, i) => `k${i}, `).join('');
  const keyed = expressions.map((expression, i) => `${expression} AS k${i}, `).join('');
  const condition = `delta != 0 AND ${conditionSql('usage_changes', selectionOf(ask), bindings)} AND ${only}`;
  const [from, to] = [bindings.time(stretch.from), bindings.time(stretch.to)];
  const inStretch = `${changesSql(ask, [stretch])} WHERE time >= ${from} AND time < ${to}`;
  const before = `usage_changes WHERE time < ${from}`;
  const isMember = `feature IN ${bindings.strings(packages.names)}`;
  const changesOf = (relation: string, columns = ''): string => `
    SELECT ${keyed}${columns}-t.delta AS fall
    FROM (SELECT *, toUnixTimestamp64Milli(time) AS at FROM ${relation} AND ${condition}) AS t ${joins}`;

  const place = 't.at AS at, t.seq AS seq, ';
  const set = `transform(toString(t.account), ${bindings.strings(packages.accounts)}, ${bindings.strings(packages.sets)}, '0')`;
  const member = `concat(${set}, ':', toString(t.feature))`;
  const owners = `t.account AS account_, t.server AS server_, t.vendor AS vendor_, t.client AS client_, toString(t.feature) AS part,
           transform(${member}, ${bindings.strings(packages.features)}, ${bindings.strings(packages.packages)}, '') AS package_,
           package_ = '' OR has(${bindings.strings(packages.wholes)}, ${member}) AS isWhole, `;
  const holder = `${names}account_, server_, vendor_, client_, package_`;
  const open = `
    SELECT ${holder}, part, isWhole, sum(fall) AS fallen
    FROM (${changesOf(`${before} AND ${isMember}`, owners)}) GROUP BY ${holder}, part, isWhole HAVING fallen != 0`;
  return {
    changes: `${changesOf(`${inStretch} AND NOT ${isMember}`, place)}
    UNION ALL
    SELECT ${names}element.2 AS at, element.3 AS seq, toDecimal64(former - held, 6) AS fall
    FROM (
      SELECT ${holder}, arraySort(groupArray((rank, at, seq, fallen, part, isWhole))) AS elements,
             arrayCumSum(arrayMap(e -> if(e.6, -e.4, ${zero}), elements)) AS wholes,
             arrayMap(one -> arrayCumSum(arrayMap(e -> if(e.5 = one AND NOT e.6, -e.4, ${zero}), elements)), arrayDistinct(elements.5)) AS parts,
             arrayMap((whole, i) -> greatest(whole, arrayMax(arrayMap(levels -> levels[i], parts))), wholes, arrayEnumerate(elements)) AS helds,
             arrayPushFront(arrayPopBack(helds), ${zero}) AS formers
      FROM (
        SELECT ${holder}, part, isWhole, toUInt8(0) AS rank, toInt64(0) AS at, toUInt64(0) AS seq, fallen FROM (${open})
        UNION ALL
        SELECT ${holder}, part, isWhole, toUInt8(1), at, seq, toDecimal128(fall, 6) FROM (${changesOf(`${inStretch} AND ${isMember}`, `${owners}${place}`)})
      )
      GROUP BY ${holder}
    )
    ARRAY JOIN elements AS element, helds AS held, formers AS former
    WHERE element.1 = 1 AND held != former`,
    openings: `
    SELECT ${names}toDecimal64(sum(opened), 6) AS fall
    FROM (
      SELECT ${names}toDecimal128(fall, 6) AS opened FROM (${changesOf(`${before} AND NOT ${isMember}`)})
      UNION ALL
      SELECT ${names}-greatest(sumIf(-fallen, isWhole), maxIf(-fallen, NOT isWhole)) FROM (${open}) GROUP BY ${holder}
    )
    GROUP BY ${keys.map((_, i) => `k${i}`).join(', ') || '()'} HAVING fall != 0`,
  };
}
