import { configSchema } from '../../src/config/schema.ts';
import type { Frame } from '../../src/engine/frame.ts';
import { measures } from '../../src/query/measures/registry.ts';
import { dimensions, type Dimension } from '../../src/query/dimensions.ts';
import { owner } from '../../src/server/caller.ts';
import { openLocalService } from '../../src/server/open.ts';

/** By which dimensions the n-th measure is asked. */
export type Groupings = (n: number) => readonly (readonly Dimension[])[];

const always: readonly (readonly Dimension[])[] = [[], ['account', 'feature', 'server']];

/** By every single dimension too: half a minute of work. */
export const byEach: Groupings = () => [...always, ...dimensions.map((one) => [one])];

/**
 * By one single dimension too, in turn: those of all measures are all dimensions. What a measure is asked of by one and by another is
 * read from the same rows; `turn` says which one comes first.
 */
export const byOne =
  (turn: number): Groupings =>
  (n) => {
    const one = dimensions[(turn + n) % dimensions.length];
    return one === undefined ? always : [...always, [one]];
  };

/**
 * Every figure that a store can tell: each measure by nothing, by account, feature and server, and by single dimensions;
 * quality and the listings among them; and what is known of the license servers and of lines that could not be used.
 * @returns answers by question, rows in an order of their own
 * @throws when the store had to be repaired
 */
export async function figuresOf(
  directory: string,
  range: { readonly from: string; readonly to: string },
  groupings: Groupings,
): Promise<ReadonlyMap<string, string>> {
  const { limits } = configSchema.parse({});
  const repairs: string[] = [];
  const service = await openLocalService(
    { store: { kind: 'directory', directory }, siteTimezone: 'UTC', denials: [], limits },
    { onRepair: (sentence) => void repairs.push(sentence) },
  );
  try {
    if (repairs.length > 0) throw new Error(repairs.join(' '));
    const context = { caller: owner };
    const figures = new Map<string, string>();
    for (const [n, { name }] of measures.entries()) {
      // Asked together, as a dashboard's panels are: what they read alike is read once.
      const queries = groupings(n).map((groupBy) => ({
        refId: groupBy.join(', '),
        measure: name,
        groupBy: [...groupBy],
        limit: 100_000,
      }));
      const { results } = await service.ask({ ...range, queries }, context);
      for (const { refId } of queries) {
        const answer = results[refId];
        if (answer === undefined) throw new Error(`${name} by ${refId} has no answer`);
        // What makes no sense (a measure of license servers by user) is refused in both stores.
        figures.set(`${name} by ${refId}`, 'frames' in answer ? rowsOf(answer.frames) : 'refused');
      }
    }
    figures.set('license servers', JSON.stringify(await service.sources(context)));
    figures.set('unusable lines', JSON.stringify(await service.unusableLines({ limit: 1000, offset: 0 }, context)));
    return figures;
  } finally {
    await service.close();
  }
}

function rowsOf(frames: readonly Frame[]): string {
  return JSON.stringify(
    frames.map(({ schema, data }) => [
      schema.fields.map(({ name }) => name),
      (data.values[0] ?? []).map((_, row) => JSON.stringify(data.values.map((column) => column[row]))).sort(),
    ]),
  );
}

/** What two stores tell differently, in words. */
export function differences(expected: ReadonlyMap<string, string>, found: ReadonlyMap<string, string>): string[] {
  return [...expected].flatMap(([question, answer]) => {
    const other = found.get(question);
    return other === answer ? [] : [`${question}: expected ${clipped(answer)}, found ${clipped(other ?? 'nothing')}`];
  });
}

const clipped = (text: string): string => (text.length > 400 ? `${text.slice(0, 400)} …` : text);
