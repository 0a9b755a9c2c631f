import { createMemory } from './memory.ts';

/** Work that ends when the test says so. */
function work() {
  const runs: {
    readonly end: (text: string) => void;
    readonly fail: (error: Error) => void;
    readonly signal: AbortSignal | undefined;
  }[] = [];
  return {
    runs,
    run: (signal: AbortSignal | undefined) =>
      new Promise<string>((end, fail) => {
        runs.push({ end, fail, signal });
        signal?.addEventListener('abort', () => fail(new Error('stopped')));
      }),
  };
}

const memory = (most = 100) => createMemory<string>(most, (text) => text.length);

test('what was worked out is kept for its version, and its key, alone', async () => {
  const kept = memory();
  const { run, runs } = work();
  const first = kept.of('1', 'a', run);
  runs[0]?.end('old');
  expect(await first).toBe('old');
  expect(await kept.of('1', 'a', run)).toBe('old');
  void kept.of('1', 'b', run);
  void kept.of('2', 'a', run);
  void kept.of(undefined, 'a', run);
  void kept.of(undefined, 'a', run);
  expect(runs).toHaveLength(5);
});

test('work that ends under a later version is not kept for it', async () => {
  const kept = memory();
  const { run, runs } = work();
  const before = kept.of('1', 'a', run);
  const after = kept.of('2', 'a', run);
  runs[1]?.end('new');
  runs[0]?.end('old');
  expect([await before, await after]).toEqual(['old', 'new']);
  expect(await kept.of('2', 'a', run)).toBe('new');
  expect(runs).toHaveLength(2);
});

test('who asks while it is being worked out waits for it; one who leaves does not end it for the others', async () => {
  const kept = memory();
  const { run, runs } = work();
  const leaves = new AbortController();
  const [a, b] = [kept.of('1', 'a', run, leaves.signal), kept.of('1', 'a', run, new AbortController().signal)];
  leaves.abort();
  await expect(a).rejects.toMatchObject({ code: 'cancelled' });
  expect(runs[0]?.signal?.aborted).toBe(false);
  runs[0]?.end('done');
  expect(await b).toBe('done');
  expect(await kept.of('1', 'a', run)).toBe('done');
  expect(runs).toHaveLength(1);
});

test('when all have left, the work is told to stop, and who asks then has it done anew', async () => {
  const kept = memory();
  const { run, runs } = work();
  const leaves = new AbortController();
  const left = kept.of('1', 'a', run, leaves.signal);
  leaves.abort();
  const again = kept.of('1', 'a', run);
  await expect(left).rejects.toThrow('stopped');
  runs[1]?.end('done');
  expect(await again).toBe('done');
  await expect(kept.of('1', 'b', run, leaves.signal)).rejects.toMatchObject({ code: 'cancelled' });
  expect(runs).toHaveLength(2);
});

test('a failure reaches all who wait and is not kept', async () => {
  const kept = memory();
  const { run, runs } = work();
  const both = [kept.of('1', 'a', run), kept.of('1', 'a', run)];
  runs[0]?.fail(new Error('no disk'));
  for (const one of both) await expect(one).rejects.toThrow('no disk');
  const again = kept.of('1', 'a', run);
  runs[1]?.end('done');
  expect(await again).toBe('done');
});

test('what was asked for longest ago goes first; what is too heavy for all of the room is not kept', async () => {
  const kept = memory(10);
  const { run, runs } = work();
  const put = async (key: string, text: string) => {
    const asked = kept.of('1', key, run);
    runs.at(-1)?.end(text);
    return asked;
  };
  await put('a', '1234');
  await put('b', '1234');
  await kept.of('1', 'a', run);
  await put('c', '1234');
  expect(runs).toHaveLength(3);
  await kept.of('1', 'a', run);
  expect(runs).toHaveLength(3);
  await put('b', '1234');
  expect(runs).toHaveLength(4);
  await put('d', '1234567890');
  await put('d', '1234567890');
  expect(runs).toHaveLength(6);
  await kept.of('1', 'b', run);
  expect(runs).toHaveLength(6);
});

test('without any room nothing is kept or shared', () => {
  const kept = memory(0);
  const { run, runs } = work();
  void kept.of('1', 'a', run);
  void kept.of('1', 'a', run);
  expect(runs).toHaveLength(2);
});
