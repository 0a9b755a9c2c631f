import { head, useStore } from './given.ts';

/** Whether the figures can be trusted: how old the data are, and what of them could not be used. */
const given = useStore();
const csv = (...rows: string[]): string => ['time,kind,feature,user,host', ...rows, ''].join('\n');
const from = '2026-03-02 00:00:00';

const twoServers = async (now?: string) => {
  const answers = await given({
    ...(now !== undefined && { now }),
    // The second file says nowhere of which day it is.
    log: [
      `${head('3/2/2026')} 9:00:00 (acmed) OUT: "cad" ana@ws1  \n`,
      '12:00:00 (acmed) OUT: "cad" eve@ws1  \n12:01:00 (acmed) IN: "cad" eve@ws1  \n',
    ],
  });
  await answers.ingest({
    account: 'borealis',
    server: 'lic02',
    format: 'csv',
    log: csv('2026-03-02T09:30:00Z,checkout,sim,bob,ws2', 'yesterday,checkout,sim,bob,ws2'),
  });
  return answers;
};
const only = (dimension: string, value: string) => ({ filters: [{ dimension, operator: '=', values: [value] }] });

describe('data age', () => {
  test('seconds from the last line to the end of the range; of several servers the oldest', async () => {
    const { ask, askAs } = await twoServers();
    const age = { measure: 'freshness' };
    expect(await ask({ ...age, groupBy: ['server'], orderBy: 'server' }, from, '2026-03-02 10:00:00')).toEqual([
      ['lic01', 3600],
      ['lic02', 1800],
    ]);
    expect(await ask(age, from, '2026-03-02 10:00:00')).toEqual([[3600]]);
    expect(await ask({ ...age, ...only('account', 'borealis') }, from, '2026-03-02 10:00:00')).toEqual([[1800]]);
    expect(await ask({ ...age, ...only('feature', 'sim') }, from, '2026-03-02 10:00:00')).toEqual([[1800]]);
    expect(await askAs(['borealis'], age, from, '2026-03-02 10:00:00')).toEqual([[1800]]);
    expect(await ask({ ...age, ...only('account', 'nobody') }, from, '2026-03-02 10:00:00')).toEqual([]);
    await expect(ask({ ...age, groupBy: ['account'] })).rejects.toThrow(/group by server, or by nothing/);
    await expect(ask({ ...age, ...only('user', 'ana') })).rejects.toThrow(/filter by account, product/);
  });

  test('a range that reaches beyond now is looked at from now, and data of after the range are 0 s old', async () => {
    const { ask } = await twoServers('2026-03-02 09:45:00');
    expect(await ask({ measure: 'freshness' }, from, '2026-03-03 00:00:00')).toEqual([[2700]]);
    expect(await ask({ measure: 'freshness' }, from, '2026-03-02 08:30:00')).toEqual([[0]]);
  });
});

describe('silent license servers', () => {
  const overdue = { measure: 'silence', groupBy: ['server'], orderBy: 'server' };
  const hour = 3600;
  /** Events of every full hour of working days from 8 to 18, for weeks that end on Friday the 27th of March. */
  const working = (weeks: number): string => {
    const last = Date.parse('2026-03-27T18:00:00Z');
    const times = Array.from({ length: weeks * 7 * 24 }, (_, i) => new Date(last - i * 3_600_000))
      .filter((time) => time.getUTCDay() % 6 !== 0 && time.getUTCHours() >= 8 && time.getUTCHours() <= 18)
      .reverse();
    return csv(...times.map((time) => `${time.toISOString()},checkout,render,ana,ws1`));
  };
  const exported = (server: string, weeks: number) =>
    ({ server, format: 'csv', account: 'acme', log: working(weeks) }) as const;

  test('FlexNet servers write every 6 hours, whatever happens: they are so after 7', async () => {
    const { ask } = await given({ log: `${head('3/2/2026')} 9:00:00 (acmed) OUT: "cad" ana@ws1  \n` });
    expect(await ask(overdue, from, '2026-03-02 16:00:00')).toEqual([['lic01', 0]]);
    expect(await ask(overdue, from, '2026-03-02 16:00:01')).toEqual([['lic01', 1]]);
    expect(await ask(overdue, from, '2026-04-01 08:59:59')).toEqual([['lic01', 30 * 24 * hour - 1 - 7 * hour]]);
    // Out of service.
    expect(await ask(overdue, from, '2026-04-01 09:00:00')).toEqual([['lic01', 0]]);
  });

  test('others are so after one and a half times their longest pause of eight weeks: nobody works at weekends', async () => {
    const { ask, ingest } = await given(exported('cloud', 4));
    // From Friday 18:00 to Monday 08:00 are 62 hours.
    expect(await ask(overdue, from, '2026-03-30 07:00:00')).toEqual([['cloud', 0]]);
    expect(await ask(overdue, from, '2026-03-31 15:00:00')).toEqual([['cloud', 0]]);
    expect(await ask(overdue, from, '2026-03-31 15:00:02')).toEqual([['cloud', 2]]);
    expect(await ask({ measure: 'silence' }, from, '2026-03-31 16:00:00')).toEqual([[hour]]);
    // A pause of long ago says nothing.
    await ingest({ ...exported('cloud', 0), log: csv('2025-10-01T08:00:00Z,checkout,render,ana,ws1') });
    expect(await ask(overdue, from, '2026-03-31 16:00:00')).toEqual([['cloud', hour]]);
  });

  test('one that is known for less than eight days has not shown its weekend: it has three days, half as much again', async () => {
    const { ask } = await given(exported('cloud', 1));
    const end = '2026-04-01 07:00:00';
    expect(await ask(overdue, from, '2026-04-01 06:00:00')).toEqual([['cloud', 0]]);
    expect(await ask(overdue, from, end)).toEqual([['cloud', hour]]);
  });

  test('one that is never quiet for a day has a day, half as much again: exports come once a day', async () => {
    const hours = Array.from(
      { length: 20 * 24 },
      (_, i) => new Date(Date.parse('2026-03-01T00:00:00Z') + i * 3_600_000),
    );
    const log = csv(...hours.map((time) => `${time.toISOString()},checkout,render,ana,ws1`));
    const { ask } = await given({ server: 'farm', format: 'csv', account: 'acme', log });
    expect(await ask(overdue, from, '2026-03-22 11:00:00')).toEqual([['farm', 0]]);
    expect(await ask(overdue, from, '2026-03-22 12:00:00')).toEqual([['farm', hour]]);
  });

  test('are told of beside their age', async () => {
    const { ask } = await twoServers();
    const rows = await ask({ measure: 'sources', orderBy: 'server' }, from, '2026-03-02 17:00:00');
    expect(rows.map((row) => [row[0], row[5], row[6]])).toEqual([
      ['lic01', 8 * hour, hour],
      ['lic02', 7.5 * hour, 0],
    ]);
  });
});

test('unusable lines: unreadable and undated ones, over all time, and only for whoever sees all accounts', async () => {
  const { ask, askAs } = await twoServers();
  const errors = { measure: 'ingestErrors' };
  expect(await ask({ ...errors, groupBy: ['server'], orderBy: 'server' })).toEqual([
    ['lic01', 2],
    ['lic02', 1],
  ]);
  expect(await ask(errors, '2030-01-01 00:00:00', '2030-02-01 00:00:00')).toEqual([[3]]);
  expect(await askAs(['borealis'], errors)).toEqual([[null]]);
  expect(await askAs(['borealis'], { ...errors, groupBy: ['server'] })).toEqual([['lic02', null]]);
});

test('new unusable lines: those read within the range, whatever day they are of', async () => {
  const before = new Date(Date.now() - 60_000).toISOString();
  const { ask, askAs } = await twoServers();
  const after = new Date(Date.now() + 60_000).toISOString();
  const errors = { measure: 'newIngestErrors', groupBy: ['server'], orderBy: 'server' };
  expect(await ask(errors, before, after)).toEqual([
    ['lic01', 2],
    ['lic02', 1],
  ]);
  expect(await ask({ ...errors, groupBy: [], orderBy: 'value' }, before, after)).toEqual([[3]]);
  // An hour in which nothing was read: that is how an alert comes to its end.
  expect(await ask(errors, '2026-03-02 00:00:00', '2026-03-03 00:00:00')).toEqual([
    ['lic01', 0],
    ['lic02', 0],
  ]);
  expect(await askAs(['borealis'], errors, before, after)).toEqual([['lic02', null]]);
});

test('license servers: one row each, how far they reach and what of them could not be used', async () => {
  const { ask, askAs } = await twoServers();
  const servers = { measure: 'sources' };
  const [lic01, lic02, ...others] = await ask(servers, from, '2026-03-02 10:00:00');
  expect(others).toEqual([]);
  expect(lic01?.slice(0, 6)).toEqual([
    'lic01',
    'flexnet',
    'acme',
    '2026-03-02T08:00:00Z',
    '2026-03-02T09:00:00Z',
    3600,
  ]);
  // silent for; lines, unreadable, undated, repeated
  expect(lic01?.[6]).toBe(0);
  expect(lic01?.slice(8)).toEqual([0, 2, 0, 'yes']);
  expect(lic02?.slice(0, 1)).toEqual(['lic02']);
  expect(lic02?.slice(5, 11)).toEqual([1800, 0, 2, 1, 0, 0]);
  const [own, ...more] = await askAs(['borealis'], servers, from, '2026-03-02 10:00:00');
  expect(more).toEqual([]);
  expect(own).toEqual([
    'lic02',
    lic02?.[1],
    '',
    '2026-03-02T09:30:00Z',
    '2026-03-02T09:30:00Z',
    1800,
    0,
    null,
    null,
    null,
    null,
    lic02?.[11],
  ]);
});
