import type { Connection, QueryOptions, Result } from './connection.ts';
import { sharingReads } from './shared-reads.ts';

/** A store whose reads end when the test says so. */
function slowStore() {
  const reads: {
    sql: string;
    end: (row: string) => void;
    fail: (error: Error) => void;
    signal: AbortSignal | undefined;
  }[] = [];
  const connection = {
    kind: 'embedded',
    database: 'test',
    cluster: undefined,
    query: (sql: string, _params?: unknown, options?: QueryOptions) =>
      new Promise<Result>((resolve, reject) => {
        reads.push({
          sql,
          end: (row) => resolve({ columns: [], rows: [[row]] }),
          fail: reject,
          signal: options?.signal,
        });
        options?.signal?.addEventListener('abort', () => reject(new Error('stopped')));
      }),
    command: () => Promise.resolve(),
    insert: () => Promise.resolve(),
    writes: () => 0,
    close: () => Promise.resolve(),
  } as unknown as Connection;
  return { shared: sharingReads(connection), reads };
}

test('equal reads that are asked together are one; another text, other values or a later question are not', async () => {
  const { shared, reads } = slowStore();
  const [a, b] = [
    shared.query('SELECT 1', { p: 'x' }),
    shared.query('SELECT 1', { p: 'x' }, { comment: 'another panel' }),
  ];
  const c = shared.query('SELECT 1', { p: 'y' });
  const d = shared.query('SELECT 2', { p: 'x' });
  expect(reads.map(({ sql }) => sql)).toEqual(['SELECT 1', 'SELECT 1', 'SELECT 2']);
  reads[0]?.end('first');
  expect((await a).rows).toEqual([['first']]);
  expect((await b).rows).toEqual([['first']]);
  const later = shared.query('SELECT 1', { p: 'x' });
  expect(reads).toHaveLength(4);
  for (const read of reads.slice(1)) read.end('others');
  await Promise.all([c, d, later]);
});

test('what is asked after a write reads for itself', async () => {
  const { shared, reads } = slowStore();
  const before = shared.query('SELECT 1');
  await shared.insert('events', []);
  const after = shared.query('SELECT 1');
  await shared.command('OPTIMIZE TABLE events');
  const last = shared.query('SELECT 1');
  expect(reads).toHaveLength(3);
  reads.forEach((read, i) => read.end(String(i)));
  expect((await Promise.all([before, after, last])).map(({ rows }) => rows)).toEqual([[['0']], [['1']], [['2']]]);
});

test('whoever hangs up is let go at once, and takes the answer from nobody; the last one stops the read', async () => {
  const { shared, reads } = slowStore();
  const [one, two] = [new AbortController(), new AbortController()];
  const first = shared.query('SELECT 1', {}, { signal: one.signal });
  const second = shared.query('SELECT 1', {}, { signal: two.signal });
  one.abort();
  await expect(first).rejects.toMatchObject({ code: 'cancelled' });
  expect(reads[0]?.signal?.aborted).toBe(false);
  two.abort();
  await expect(second).rejects.toThrow('stopped');
  expect(reads[0]?.signal?.aborted).toBe(true);
  const third = shared.query('SELECT 1', {}, { signal: new AbortController().signal });
  reads[1]?.end('anew');
  expect((await third).rows).toEqual([['anew']]);
  await expect(shared.query('SELECT 1', {}, { signal: one.signal })).rejects.toMatchObject({ code: 'cancelled' });
});

test('a failure is told to everybody who waits, and not to those who come later', async () => {
  const { shared, reads } = slowStore();
  const both = [shared.query('SELECT 1'), shared.query('SELECT 1')];
  reads[0]?.fail(new Error('no memory'));
  for (const one of both) await expect(one).rejects.toThrow('no memory');
  const later = shared.query('SELECT 1');
  reads[1]?.end('well');
  expect((await later).rows).toEqual([['well']]);
});
