import type { Dimension } from '../query/dimensions.ts';
import { isAboutProducts } from '../query/dimensions.ts';
import type { Ask } from './ask.ts';
import { selectionOf } from './ask.ts';
import { changeColumns, changesSql, openSql } from './changes-sql.ts';
import type { Packages } from './packages.ts';
import { partsPerPackage } from './packages.ts';
import { conditionSql, groupingSql } from './relations.ts';
import type { Bindings } from './sql.ts';
import type { Range } from './windows.ts';

/**
 * The packages of which the question counts seats instead of checkouts (docs/definitions.md#package); undefined: of none.
 * @param keys what figures are grouped by
 */
export const seatsOf = ({ question, book }: Ask, keys: readonly Dimension[]): Packages | undefined =>
  isAboutProducts(keys, question.filters) && question.packages !== 'each' ? book.packages : undefined;

/**
 * Changes of the quantity in use of which a client's checkouts in one package are one seat: of each client, server and daemon the greater
 * of what it has open of packages themselves and of any one component, from change to change. What a group does not tell apart is
 * one; features outside of packages stay as they are.
 *
 * @param only condition on single changes
 * @returns a sub-select of k0, k1, …, rank, at (ms), seq and fall (−delta); rank 0: what was open when the stretch begins, of which there
 * are many rows that add up
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
): string {
  const { joins, expressions } = groupingSql('usage_changes', keys, selectionOf(ask), bindings);
  const names = keys.map((_, i) => `k${i}, `).join('');
  const keyed = expressions.map((expression, i) => `${expression} AS k${i}, `).join('');
  const condition = `delta != 0 AND ${conditionSql('usage_changes', selectionOf(ask), bindings)} AND ${only}`;
  const [from, to] = [bindings.time(stretch.from), bindings.time(stretch.to)];
  const open = openSql(ask, stretch.from, bindings);
  const packaged = bindings.strings(packages.names);
  // What was open is added up before anything is looked up: the time before may be years. Parts of one holder are compared by
  // arrays side by side (`maxForEach`): a lambda that has them all would be given a copy of them for every element.
  const rowsOf = (columnsToo: string, those: string): string => `
    SELECT ${keyed}${columnsToo}t.rank AS rank, t.at AS at, t.seq AS seq, t.fall AS fall
    FROM (
      SELECT ${changeColumns}, toUInt8(1) AS rank, toUnixTimestamp64Milli(time) AS at, seq, -delta AS fall
      FROM ${changesSql(ask, [stretch])} WHERE time >= ${from} AND time < ${to} AND ${those} AND ${condition}
      UNION ALL
      SELECT ${changeColumns}, toUInt8(0), toInt64(0), toUInt64(0), toDecimal64(-sum(delta), 6) AS opened
      FROM usage_changes WHERE ${open} AND ${those} AND ${condition} GROUP BY ${changeColumns} HAVING opened != 0
    ) AS t ${joins}`;
  const feature =
    packages.accounts.length === 0
      ? `concat('0:', t.feature)`
      : `concat(transform(toString(t.account), ${bindings.strings(packages.accounts)}, ${bindings.strings(packages.sets)}, '0'), ':', t.feature)`;
  const codes = bindings.bind(packages.codes, 'Array(UInt64)');
  const owner = `t.account AS account_, t.server AS server_, t.vendor AS vendor_, t.client AS client_,
           transform(${feature}, ${bindings.strings(packages.features)}, ${codes}, toUInt64(0)) AS code, `;
  const levels = (of: string): string => `arrayCumSum(arrayMap(e -> if(${of}, -e.4, toDecimal64(0, 6)), elements))`;
  return `${rowsOf('', `feature NOT IN ${packaged}`)}
    UNION ALL
    SELECT ${names}element.1 AS rank, element.2 AS at, element.3 AS seq, toDecimal64(former - held, 6) AS fall
    FROM (
      SELECT ${names}arraySort(groupArray((rank, at, seq, fall, toUInt32(code % ${partsPerPackage})))) AS elements,
             ${levels('e.5 = 0')} AS wholes,
             arrayReduce('maxForEach', arrayMap(part -> ${levels('e.5 = part AND part != 0')}, arrayDistinct(elements.5))) AS highest,
             arrayMap((whole, part) -> greatest(whole, part), wholes, highest) AS helds,
             arrayPopBack(arrayPushFront(helds, toDecimal128(0, 6))) AS formers
      FROM (${rowsOf(owner, `feature IN ${packaged}`)})
      GROUP BY ${names}account_, server_, vendor_, client_, intDiv(code, ${partsPerPackage})
    )
    ARRAY JOIN elements AS element, helds AS held, formers AS former
    WHERE held != former`;
}
