import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openTestStore } from '../../../test/support/store.ts';
import { createEventStore } from '../../store/event-store.ts';
import { fileInput } from '../input.ts';
import { ingestFiles } from '../pipeline.ts';
import { csv } from './events.ts';

/** Checkouts and check-ins of three instances, several reading windows long, in order of time. */
function sessions(count: number): string[] {
  const open: string[] = [];
  return Array.from({ length: count }, (_, n) => {
    const time = new Date(Date.UTC(2026, 0, 1) + n * 61_000).toISOString();
    const back =
      n % 7 === 3 || n % 7 === 5 || n % 7 === 6 ? open.splice((n * 13) % Math.max(1, open.length), 1)[0] : undefined;
    if (back !== undefined) return `${time},checkin,${back}`;
    const session = `cls-${n % 3},feature-${n % 5},user-${n % 40},acme,handle-${n}`;
    open.push(session);
    return `${time},checkout,${session}`;
  });
}

const header = 'time,kind,server,feature,user,account,handle';
const rows = sessions(5000);
const byFeature = [...rows].sort((a, b) => ((a.split(',')[3] ?? '') < (b.split(',')[3] ?? '') ? -1 : 1));

test('an export sorted by time, from new to old, or by feature gives the same sessions; a second time adds nothing', async () => {
  const store = await openTestStore();
  const directory = await mkdtemp(join(tmpdir(), 'events-'));
  try {
    const { connection } = store;
    const answers: unknown[] = [];
    for (const [name, order] of [
      ['time', rows],
      ['newest', [...rows].reverse()],
      ['feature', byFeature],
    ] as const) {
      // One store, a server name of its own per order: what differs would show as a difference between them.
      const text = [header, ...order].join('\n').replaceAll(',cls-', `,${name}-`);
      const path = join(directory, `${name}.csv`);
      await writeFile(path, text);
      const ingest = async () =>
        ingestFiles(createEventStore(connection), [{ input: await fileInput(path), format: csv }], { timezone: 'UTC' });
      expect(await ingest()).toMatchObject({ lines: 5001, duplicates: 0, orphans: 0, unreadable: 0 });
      expect(await ingest()).toMatchObject({ lines: 5001, duplicates: 5000, events: { checkout: 0, checkin: 0 } });
      const { rows: answer } = await connection.query(
        `SELECT right(server, 1) AS instance, feature, toFloat64(sum(delta)), toFloat64(sum(held)), count(), toString(max(time))
         FROM changes WHERE startsWith(server, {name:String}) GROUP BY instance, feature ORDER BY instance, feature`,
        { name },
      );
      expect(answer).toHaveLength(15);
      answers.push(answer);
    }
    expect(answers[1]).toEqual(answers[0]);
    expect(answers[2]).toEqual(answers[0]);
    const { rows: sources } = await connection.query('SELECT count() FROM sources FINAL');
    expect(Number(sources[0]?.[0])).toBe(9); // three instances in each of three files, and no source named like a file
  } finally {
    await store.close();
    await rm(directory, { recursive: true, force: true });
  }
});
