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
  // lines, unreadable, undated, repeated
  expect(lic01?.slice(7)).toEqual([0, 2, 0, 'yes']);
  expect(lic02?.slice(0, 1)).toEqual(['lic02']);
  expect(lic02?.slice(5, 10)).toEqual([1800, 2, 1, 0, 0]);
  const [own, ...more] = await askAs(['borealis'], servers, from, '2026-03-02 10:00:00');
  expect(more).toEqual([]);
  expect(own).toEqual([
    'lic02',
    lic02?.[1],
    '',
    '2026-03-02T09:30:00Z',
    '2026-03-02T09:30:00Z',
    1800,
    null,
    null,
    null,
    null,
    lic02?.[10],
  ]);
});
