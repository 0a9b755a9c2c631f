import { createLinkPages } from './link-pages.ts';

/** Pages that are made when the test says so. */
function given() {
  const clock = { now: 0 };
  const begun: { readonly name: string; readonly signal: AbortSignal; done(text: string): void; fail(): void }[] = [];
  const pages = createLinkPages<string>(
    () => clock.now,
    (text) => text.length,
  );
  const open = (link: string, range: string, signal = new AbortController().signal) =>
    pages.page(
      link,
      range,
      (whileWanted) =>
        new Promise((resolve, reject) => {
          const gone = (): void => reject(new Error('aborted'));
          whileWanted.addEventListener('abort', gone);
          begun.push({
            name: `${link} ${range}`,
            signal: whileWanted,
            done: resolve,
            fail: () => reject(new Error('no')),
          });
        }),
      signal,
    );
  return { clock, begun, open, names: () => begun.map(({ name }) => name) };
}
/** Until everything has gone on that can. */
const settled = (): Promise<void> => new Promise((done) => setImmediate(done));

it('equal openings share one making, and its page is kept for a minute', async () => {
  const { clock, begun, open, names } = given();
  const both = [open('a', 'week'), open('a', 'week')];
  await settled();
  expect(names()).toEqual(['a week']);
  begun[0]!.done('the page');
  expect(await Promise.all(both)).toEqual(['the page', 'the page']);
  clock.now = 59_999;
  expect(await open('a', 'week')).toBe('the page');
  clock.now = 60_000;
  void open('a', 'week').catch(() => undefined);
  await settled();
  expect(names()).toEqual(['a week', 'a week']);
});

it('a page is never that of another link or range', async () => {
  const { begun, open, names } = given();
  const all = [open('a', 'week'), open('b', 'week')];
  await settled();
  begun[0]!.done('of a');
  begun[1]!.done('of b');
  expect(await Promise.all(all)).toEqual(['of a', 'of b']);
  const month = open('a', 'month');
  await settled();
  expect(names()).toEqual(['a week', 'b week', 'a month']);
  begun[2]!.done('month of a');
  expect(await month).toBe('month of a');
});

it('different ranges of one link are made one after another, and too many are refused', async () => {
  const { begun, open, names } = given();
  const ranges = Array.from({ length: 9 }, (_, i) => open('a', `${i}`));
  await settled();
  await expect(open('a', 'one more')).rejects.toMatchObject({ code: 'busy' });
  expect(names()).toEqual(['a 0']);
  for (let i = 0; i < 9; i++) {
    begun[i]!.done(`${i}`);
    await settled();
    expect(names()).toHaveLength(Math.min(i + 2, 9));
  }
  expect(await Promise.all(ranges)).toEqual(Array.from({ length: 9 }, (_, i) => `${i}`));
});

it('of all links two pages are made at once: other questions have room', async () => {
  const { begun, open, names } = given();
  const all = ['a', 'b', 'c'].map((link) => open(link, 'week'));
  await settled();
  expect(names()).toEqual(['a week', 'b week']);
  begun[1]!.done('b');
  await settled();
  expect(names()).toEqual(['a week', 'b week', 'c week']);
  begun[0]!.done('a');
  begun[2]!.done('c');
  expect(await Promise.all(all)).toEqual(['a', 'b', 'c']);
});

it('a making ends when its last reader has gone, not before', async () => {
  const { begun, open } = given();
  const [first, second] = [new AbortController(), new AbortController()];
  const both = [open('a', 'week', first.signal), open('a', 'week', second.signal)].map((one) =>
    one.catch((error: unknown) => (error as { readonly code?: string }).code),
  );
  await settled();
  first.abort();
  expect(await both[0]).toBe('cancelled');
  expect(begun[0]!.signal.aborted).toBe(false);
  second.abort();
  expect(await both[1]).toBe('cancelled');
  expect(begun[0]!.signal.aborted).toBe(true);
  const again = open('a', 'week');
  await settled();
  begun[1]!.done('made anew');
  expect(await again).toBe('made anew');
});

it('what failed is not kept', async () => {
  const { begun, open } = given();
  const failing = open('a', 'week');
  await settled();
  begun[0]!.fail();
  await expect(failing).rejects.toThrow('no');
  const again = open('a', 'week');
  await settled();
  begun[1]!.done('the page');
  expect(await again).toBe('the page');
});

it('memory is bounded: the oldest pages go first', async () => {
  const { begun, open, names } = given();
  for (const link of ['a', 'b', 'c']) {
    const opened = open(link, 'week');
    await settled();
    begun.at(-1)!.done('x'.repeat(15_000_000));
    await opened;
  }
  await open('b', 'week');
  await open('c', 'week');
  expect(names()).toHaveLength(3);
  void open('a', 'week').catch(() => undefined);
  await settled();
  expect(names()).toHaveLength(4);
});
