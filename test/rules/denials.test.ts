import { head, useStore } from './given.ts';

/** docs/definitions.md#denials and #measures-of-denials: UNSUPPORTED, and how episodes and their outcome are told. */
const given = useStore();
const day = '3/2/2026';
const full = '(Licensed number of users already reached. (-4,342))';
const expired = '(Feature has expired. (-10,32))';
const denied = (time: string, who = 'ana@ws1', feature = 'cad', why = full): string =>
  `${time} (acmed) DENIED: "${feature}" ${who}  ${why}\n`;
const out = (time: string, who = 'ana@ws1', feature = 'cad'): string => `${time} (acmed) OUT: "${feature}" ${who}  \n`;
const evening = `20:00:00 (acmed) TIMESTAMP ${day}\n`;

/** lines, episodes, resolved, unresolved, unknown, clients */
const counts = ['lines', 'episodes', 'resolved', 'unresolved', 'unknown', 'clients'] as const;
type Figure = Awaited<ReturnType<ReturnType<typeof useStore>>>['figure'];
/** Holds the counts that are named: each is a question of its own. */
async function expectCounts(
  figure: Figure,
  expected: Partial<Record<(typeof counts)[number], number>>,
  rule: Record<string, unknown> = {},
  from?: string,
  to?: string,
): Promise<void> {
  const found: Record<string, number> = {};
  for (const count of counts.filter((one) => expected[one] !== undefined))
    found[count] = Number((await figure({ measure: 'denials', denials: { count, ...rule } }, from, to)) ?? 0);
  expect(found).toEqual(expected);
}

describe('episodes', () => {
  test('a gap of exactly 600 s keeps one, 601 s parts it', async () => {
    const { figure } = await given({
      log: `${head(day)}${denied(' 9:00:00')}${denied(' 9:10:00')}${denied(' 9:20:01')}${evening}`,
    });
    // 9:00:00–9:10:00 is one (600 s), 9:20:01 (601 s later) another.
    await expectCounts(figure, {
      lines: 3,
      episodes: 2,
      resolved: 0,
      unresolved: 2,
      unknown: 0,
      clients: 1,
    });
    // The gap is a parameter of the question.
    await expectCounts(figure, { episodes: 1 }, { gapSeconds: 601 });
    await expectCounts(figure, { episodes: 3 }, { gapSeconds: 599 });
  });

  test('are of one client and feature, whatever its pools; each pool by itself where the question says so', async () => {
    const { figure } = await given({
      log: `${head(day)} 8:00:00 (lmgrd) Started otherd (pid 4712)
${denied(' 9:00:00')}${denied(' 9:00:01', 'bob@ws2')}${denied(' 9:00:02', 'ana@ws1', 'sim')}${denied(' 9:00:03').replace('acmed', 'otherd')}${denied(' 9:00:04')}${evening}`,
    });
    // ana cad (3 lines), bob cad, ana sim
    await expectCounts(figure, { lines: 5, episodes: 3, clients: 2 });
    // ana cad (2 lines), bob cad, ana sim, ana cad of the other daemon
    await expectCounts(figure, { lines: 5, episodes: 4, clients: 2 }, { across: 'pool' });
  });

  test('a client that walks its server list is one request, of the server that refused it last; sums by server add up', async () => {
    const { ask, figure, ingest } = await given({
      log: `${head(day)}${denied(' 9:00:00')}${denied('12:00:00', 'bob@ws2')}${evening}`,
      server: 'lic01',
    });
    await ingest({ log: `${head(day)}${denied(' 9:00:01')}${evening}`, server: 'lic02' });
    await ingest({ log: `${head(day)}${denied(' 9:00:02')}${out(' 9:01:02')}${evening}`, server: 'lic03' });
    await expectCounts(figure, { lines: 4, episodes: 2, resolved: 1, unresolved: 1, clients: 2 });
    const byServer = { measure: 'denials', groupBy: ['server'], orderBy: 'server' };
    const only = (rows: unknown[][]): unknown[][] => rows.filter(([, count]) => count !== 0);
    expect(only(await ask(byServer))).toEqual([
      ['lic01', 1],
      ['lic03', 1],
    ]);
    expect(only(await ask({ ...byServer, denials: { across: 'pool' } }))).toEqual([
      ['lic01', 2],
      ['lic02', 1],
      ['lic03', 1],
    ]);
    // A filter by server chooses episodes, not lines of them.
    const on = (server: string) =>
      figure({ measure: 'denials', filters: [{ dimension: 'server', operator: '=', values: [server] }] });
    expect([await on('lic01'), await on('lic02'), await on('lic03')]).toEqual([1, 0, 1]);
    // Late: a line between two that were read as one episode's ends, on a server that comes last.
    await ingest({ log: `${head(day)}${denied(' 9:00:03')}${evening}`, server: 'lic04' });
    expect(only(await ask(byServer))).toEqual([
      ['lic01', 1],
      ['lic04', 1],
    ]);
  });

  test('reach over what the configuration says, where the question does not', async () => {
    const { figure, ingest } = await given({
      log: `${head(day)}${denied(' 9:00:00')}${evening}`,
      denialsAcross: 'pool',
    });
    await ingest({ log: `${head(day)}${denied(' 9:00:01')}${evening}`, server: 'lic02' });
    await expectCounts(figure, { episodes: 2 });
    await expectCounts(figure, { episodes: 1 }, { across: 'servers' });
  });

  test('of another account stay apart', async () => {
    const { figure, ingest } = await given({ log: `${head(day)}${denied(' 9:00:00')}${evening}` });
    await ingest({ log: `${head(day)}${denied(' 9:00:01')}${evening}`, server: 'lic02', account: 'borealis' });
    await expectCounts(figure, { lines: 2, episodes: 2, clients: 2 });
  });

  test('lines without a client are each one, of unknown outcome', async () => {
    const line = (kind: string): string =>
      JSON.stringify({
        time: '2026-03-02T09:00:00Z',
        kind,
        feature: 'cad',
        server: 'lic01',
        code: '-4',
        id: `${kind}${++ids}`,
      });
    let ids = 0;
    const late = JSON.stringify({
      time: '2026-03-02T20:00:00Z',
      kind: 'checkin',
      feature: 'cad',
      server: 'lic01',
      id: 'z',
    });
    const { figure } = await given({
      log: [line('denial'), line('denial'), line('denial'), line('checkout'), late].join('\n'),
      format: 'ndjson',
    });
    await expectCounts(figure, { lines: 3, episodes: 3, resolved: 0, unresolved: 0, unknown: 3 });
  });

  test('a checkout between two close denials does not part it', async () => {
    const { figure } = await given({
      log: `${head(day)}${denied(' 9:00:00')}${out(' 9:02:00')}${denied(' 9:05:00')}${evening}`,
    });
    // One episode, 9:00–9:05; after its last denial nothing was granted.
    await expectCounts(figure, { lines: 2, episodes: 1, resolved: 0, unresolved: 1 });
  });

  test('belongs to the range of its first denial; lines to that of each', async () => {
    const { figure } = await given({ log: `${head(day)}${denied(' 9:55:00')}${denied('10:04:00')}${evening}` });
    await expectCounts(figure, { lines: 1, episodes: 1 }, {}, '2026-03-02 09:00:00', '2026-03-02 10:00:00');
    await expectCounts(figure, { lines: 1, episodes: 0 }, {}, '2026-03-02 10:00:00', '2026-03-02 11:00:00');
    // From the very second of the first denial it is inside.
    await expectCounts(figure, { episodes: 1 }, {}, '2026-03-02 09:55:00', '2026-03-02 09:55:01');
  });

  test('count lines, not the licenses asked for', async () => {
    const { figure } = await given({
      log: `${head(day)} 9:00:00 (acmed) DENIED: "cad" ana@ws1  (25 licenses)  ${full}\n${evening}`,
    });
    await expectCounts(figure, { lines: 1, episodes: 1 });
  });

  test('cross midnight and month', async () => {
    const { figure } = await given({
      log: `${head('3/31/2026')}${denied('23:58:00')}${denied(' 0:03:00')}12:00:00 (acmed) TIMESTAMP 4/1/2026\n`,
    });
    await expectCounts(figure, { lines: 2, episodes: 1, unresolved: 1 });
  });
});

describe('outcome', () => {
  test('resolved by a checkout exactly 600 s after the last denial, not 601 s', async () => {
    const { figure } = await given({
      log: `${head(day)}${denied(' 9:00:00')}${out(' 9:10:00')}${denied('11:00:00', 'bob@ws2')}${out('11:10:01', 'bob@ws2')}${evening}`,
    });
    await expectCounts(figure, { episodes: 2, resolved: 1, unresolved: 1, unknown: 0 });
    // The second number of the rule is a parameter of the question, too.
    await expectCounts(figure, { resolved: 2, unresolved: 0 }, { resolvedWithinSeconds: 601 });
    await expectCounts(figure, { resolved: 0, unresolved: 2 }, { resolvedWithinSeconds: 599 });
  });

  test('the same second counts, on an earlier line too; a second earlier does not', async () => {
    const { ask } = await given({
      log: `${head(day)}${out(' 9:00:00')}${denied(' 9:00:00')}${denied('10:00:00', 'bob@ws2')}${out('10:00:00', 'bob@ws2')}${out('11:00:00', 'cam@ws3')}${denied('11:00:01', 'cam@ws3')}${evening}`,
    });
    const who = async (count: string) =>
      (await ask({ measure: 'denials', groupBy: ['user'], orderBy: 'user', denials: { count } })).filter(
        ([, value]) => value !== 0,
      );
    expect(await who('resolved')).toEqual([
      ['ana', 1],
      ['bob', 1],
    ]);
    expect(await who('unresolved')).toEqual([['cam', 1]]);
  });

  test("the last denial's time decides, and only a checkout of that feature by that client", async () => {
    const { figure } = await given({
      log: `${head(day)}${denied(' 9:00:00')}${denied(' 9:09:00')}${out(' 9:18:00')}${denied('11:00:00', 'bob@ws2')}${out('11:01:00', 'bob@ws2', 'sim')}${out('11:01:00', 'cam@ws3')}${evening}`,
    });
    // ana: 9:18 is 18 minutes after the first, 9 after the last denial. bob got another feature, cam is another client.
    await expectCounts(figure, { episodes: 2, resolved: 1, unresolved: 1 });
  });

  test('a checkout from another pool resolves it: the client got the feature', async () => {
    const { figure } = await given({
      log: `${head(day)} 8:00:00 (lmgrd) Started otherd (pid 4712)
${denied(' 9:00:00')}${out(' 9:00:05').replace('acmed', 'otherd')}${evening}`,
    });
    await expectCounts(figure, { episodes: 1, resolved: 1 });
  });

  test("unknown when the source's data end within 600 s of the last denial", async () => {
    const endsAt = async (end: string) => {
      const { figure } = await given({ log: `${head(day)}${denied(' 9:00:00')}${end} (acmed) TIMESTAMP ${day}\n` });
      return figure;
    };
    await expectCounts(await endsAt(' 9:09:59'), { episodes: 1, resolved: 0, unresolved: 0, unknown: 1 });
    // A checkout in that very second would still resolve it.
    await expectCounts(await endsAt(' 9:10:00'), { episodes: 1, resolved: 0, unresolved: 0, unknown: 1 });
  });

  test('unresolved when the data go on for more than 600 s', async () => {
    const { figure } = await given({ log: `${head(day)}${denied(' 9:00:00')} 9:10:01 (acmed) TIMESTAMP ${day}\n` });
    await expectCounts(figure, { episodes: 1, resolved: 0, unresolved: 1, unknown: 0 });
  });

  test('known at last when the log goes on', async () => {
    const { figure, ingest } = await given({ log: `${head(day)}${denied(' 9:00:00')}` });
    await expectCounts(figure, { unknown: 1 });
    await ingest({ log: ` 9:04:00 (acmed) TIMESTAMP ${day}\n${denied(' 9:05:00')}${out(' 9:12:00')}` });
    // One episode 9:00–9:05, got it at 9:12.
    await expectCounts(figure, {
      lines: 2,
      episodes: 1,
      resolved: 1,
      unresolved: 0,
      unknown: 0,
      clients: 1,
    });
  });
});

describe('reasons', () => {
  test('an episode has the reason of its last denial', async () => {
    const { ask } = await given({
      log: `${head(day)}${denied(' 9:00:00')}${denied(' 9:01:00')}${denied(' 9:02:00', 'ana@ws1', 'cad', expired)}${evening}`,
    });
    const byFamily = { measure: 'denials', groupBy: ['denialFamily'], orderBy: 'denialFamily' };
    expect(await ask(byFamily)).toEqual([[expect.stringMatching(/expired/i), 1]]);
    expect((await ask({ ...byFamily, denials: { count: 'lines' } })).map(([, count]) => count).sort()).toEqual([1, 2]);
  });

  test('two in one episode are both kept: the last counts, the listing shows both, and how long the client waited', async () => {
    const { ask, figure } = await given({
      log: `${head(day)}${denied(' 9:00:00', 'ana@ws1', 'cad', expired)}${denied(' 9:01:00')}${out(' 9:02:30')}${denied('11:00:00', 'bob@ws2')}${evening}`,
    });
    expect((await ask({ measure: 'denials', groupBy: ['denialReason'] })).map((row) => row[1])).toEqual([2]);
    const episodes = await ask({ measure: 'denialEpisodes', orderBy: 'time' });
    const shown = episodes.map((row) => [row[0], row[1], row[10], row[12], ...row.slice(14)]);
    expect(shown).toEqual([
      [
        '2026-03-02T09:00:00Z',
        '2026-03-02T09:01:00Z',
        'ana@ws1',
        2,
        'All licenses in use',
        'Feature has expired',
        '-4',
        'resolved',
        150,
      ],
      [
        '2026-03-02T11:00:00Z',
        '2026-03-02T11:00:00Z',
        'bob@ws2',
        1,
        'All licenses in use',
        '',
        '-4',
        'unresolved',
        null,
      ],
    ]);
    const longest = { measure: 'denialEpisodes', having: { operator: '>=', value: 100 } };
    expect((await ask(longest)).map((row) => row[10])).toEqual(['ana@ws1']);
    expect((await ask({ measure: 'denialEpisodes', denials: { count: 'unresolved' } })).map((row) => row[10])).toEqual([
      'bob@ws2',
    ]);
    expect(await figure({ measure: 'denials', denials: { count: 'resolved' } })).toBe(1);
  });

  test('the four families of the source document', async () => {
    const { ask } = await given({
      log: `${head(day)}${denied(' 9:00:00')}${denied(' 9:30:00', 'ana@ws1', 'cad', expired)}${denied('10:00:00', 'ana@ws1', 'cad', '(No such feature exists. (-5,346))')}${denied('10:30:00', 'ana@ws1', 'cad', '(User/host on EXCLUDE list for feature. (-38,348))')}${evening}`,
    });
    const summary = await ask({ measure: 'denialSummary', orderBy: 'code' });
    const opportunityOf = new Map(summary.map((row) => [row[2], row[6]]));
    expect([...opportunityOf.keys()].sort()).toEqual(['-10', '-38', '-4', '-5']);
    // Each is 1 of 4.
    for (const row of summary) expect(row.slice(3, 5)).toEqual([1, 25]);
    expect(opportunityOf.get('-4')).toMatch(/upsell/i);
    expect(opportunityOf.get('-10')).toMatch(/renew/i);
    expect(opportunityOf.get('-5')).toMatch(/cross-sell/i);
    expect(opportunityOf.get('-38')).toMatch(/rule|selector/i);
  });

  test('customers read the same figures with advice, and nothing of what the vendor makes of them', async () => {
    const { ask } = await given({
      log: `${head(day)}${denied(' 9:00:00')}${denied(' 9:30:00', 'ana@ws1', 'cad', expired)}${denied('10:00:00', 'ana@ws1', 'cad', '(No such feature exists. (-5,346))')}${evening}`,
    });
    const summary = await ask({ measure: 'denialSummary', orderBy: 'code' });
    const advice = await ask({ measure: 'denialAdvice', orderBy: 'code' });
    expect(advice.map((row) => row.slice(0, 5))).toEqual(summary.map((row) => row.slice(0, 5)));
    for (const row of advice) {
      expect(row).toHaveLength(6);
      expect(row[5]).toMatch(/\.$/);
      expect(row[5]).not.toMatch(/upsell|cross-sell|renewal|offer/i);
    }
  });
});

describe('UNSUPPORTED', () => {
  const unsupported = (time: string): string =>
    `${time} (acmed) UNSUPPORTED: "cax" (PORT_AT_HOST_PLUS   ) ana@ws1  (No such feature exists. (-5,346))\n`;
  const log = `${head(day)}${unsupported(' 9:00:00')}${unsupported(' 9:01:00')}${denied(' 9:00:30', 'ana@ws1', 'cax')}${denied('10:00:00', 'bob@ws2')}${denied('10:30:00', 'bob@ws2')}${out('12:00:00')}${evening}`;

  test('is no denial, unless the question takes it in; its episodes are of their own', async () => {
    const { figure } = await given({ log });
    await expectCounts(figure, { lines: 3, episodes: 3, clients: 2 });
    // cax: one of the two UNSUPPORTED and one of the DENIED between them
    await expectCounts(figure, { lines: 5, episodes: 4, clients: 2 }, { unsupported: true });
  });

  test('not in denialRate and deniedClients', async () => {
    const { figure } = await given({
      log: `${head(day)}${unsupported(' 9:00:00')}${denied('10:00:00', 'bob@ws2')}${out('12:00:00')}${evening}`,
    });
    // 1 ÷ (1 + 1); with the unsupported one 2 ÷ (2 + 1)
    expect(await figure({ measure: 'denialRate' })).toBe(50);
    expect(await figure({ measure: 'denialRate', denials: { unsupported: true } })).toBeCloseTo(200 / 3, 12);
    expect(await figure({ measure: 'deniedClients' })).toBe(1);
    expect(await figure({ measure: 'deniedClients', denials: { unsupported: true } })).toBe(2);
  });

  test('is in the shares and in the summary', async () => {
    const { ask } = await given({ log });
    // Episodes: cad 2 (bob), cax 1 denied and 1 unsupported → 4
    expect(await ask({ measure: 'denialShare', groupBy: ['feature'], orderBy: 'feature' })).toEqual([
      ['cad', 50],
      ['cax', 50],
    ]);
    expect(
      await ask({ measure: 'denialShare', groupBy: ['feature'], orderBy: 'feature', denials: { unsupported: false } }),
    ).toEqual([
      ['cad', expect.closeTo(200 / 3, 10)],
      ['cax', expect.closeTo(100 / 3, 10)],
    ]);
    const summary = await ask({ measure: 'denialSummary' });
    expect(summary.map((row) => [row[2], row[3], row[4]])).toEqual([
      ['-4', 3, 75],
      ['-5', 1, 25],
    ]);
  });
});

describe('shares, rates, clients', () => {
  // ana cad: 3 lines, 1 episode, resolved. bob cad: 1 line, unresolved. bob sim: 2 lines, 2 episodes, both unresolved.
  // cam sim: expired, at the end of the data: unknown. Checkout lines: cad 3, sim 1.
  const log = `${head(day)}${denied(' 9:00:00')}${denied(' 9:01:00')}${denied(' 9:02:00')}${out(' 9:03:00')}${out(' 9:30:00', 'dan@ws4')}${out(' 9:31:00', 'eve@ws5')}${denied('10:00:00', 'bob@ws2')}${denied('10:00:30', 'bob@ws2', 'sim')}${denied('11:00:30', 'bob@ws2', 'sim')}${out('12:00:00', 'dan@ws4', 'sim')}${denied('13:00:00', 'cam@ws3', 'sim', expired)}`;

  test('by each counting rule', async () => {
    const { figure } = await given({ log });
    await expectCounts(figure, {
      lines: 7,
      episodes: 5,
      resolved: 1,
      unresolved: 3,
      unknown: 1,
      clients: 3,
    });
  });

  test('denialShare: of all denials that filters leave, as the question counts them', async () => {
    const { ask } = await given({ log });
    const share = { measure: 'denialShare', groupBy: ['feature'], orderBy: 'feature' };
    // episodes: cad 2, sim 3 of 5
    expect(await ask(share)).toEqual([
      ['cad', 40],
      ['sim', 60],
    ]);
    // lines: cad 4, sim 3 of 7
    expect(await ask({ ...share, denials: { count: 'lines' } })).toEqual([
      ['cad', expect.closeTo(400 / 7, 10)],
      ['sim', expect.closeTo(300 / 7, 10)],
    ]);
    // Only sim: the whole is what the filter leaves.
    expect(await ask({ ...share, filters: [{ dimension: 'feature', operator: '=', values: ['sim'] }] })).toEqual([
      ['sim', 100],
    ]);
    // Only the range: one of bob's, one of cam's.
    expect((await ask({ ...share, groupBy: ['user'], orderBy: 'user' }, '2026-03-02 11:00:00')).slice(0, 2)).toEqual([
      ['bob', 50],
      ['cam', 50],
    ]);
  });

  test('denialRate: denials ÷ (denials + checkout lines)', async () => {
    const { ask, figure } = await given({ log });
    // 5 episodes, 4 checkout lines
    expect(await figure({ measure: 'denialRate' })).toBeCloseTo(500 / 9, 10);
    expect(await figure({ measure: 'denialRate', denials: { count: 'lines' } })).toBeCloseTo(700 / 11, 10);
    expect(await figure({ measure: 'denialRate', denials: { count: 'unresolved' } })).toBeCloseTo(300 / 7, 10);
    // cad 2 ÷ (2 + 3), sim 3 ÷ (3 + 1)
    expect(await ask({ measure: 'denialRate', groupBy: ['feature'], orderBy: 'feature' })).toEqual([
      ['cad', 40],
      ['sim', 75],
    ]);
    // By reason or family the grants are all of them: 4 ÷ (4 + 4), 1 ÷ (1 + 4).
    expect((await ask({ measure: 'denialRate', groupBy: ['denialReason'] })).map((row) => row[1])).toEqual([50, 20]);
    expect((await ask({ measure: 'denialRate', groupBy: ['denialFamily'] })).map((row) => row[1])).toEqual([50, 20]);
  });

  test('filters take reasons and families by id and by title', async () => {
    const { ask, figure } = await given({ log });
    const only = (dimension: string, operator: string, ...values: string[]) => ({
      measure: 'denials',
      filters: [{ dimension, operator, values }],
    });
    const byFamily = await ask({ measure: 'denials', groupBy: ['denialFamily'] });
    expect(byFamily.map((row) => row[1])).toEqual([4, 1]);
    expect(await figure(only('denialFamily', '=', 'insufficient-count'))).toBe(4);
    expect(await figure(only('denialFamily', '=', 'insufficient COUNT'))).toBe(4);
    expect(await figure(only('denialFamily', '!=', 'Insufficient count'))).toBe(1);
    expect(await figure(only('denialFamily', 'in', 'Insufficient count', 'expired'))).toBe(5);
    expect(await figure(only('denialFamily', '=~', '^Expired / no'))).toBe(1);
    expect(await figure(only('denialFamily', '!~', '(?i)^EXPIRED / no'))).toBe(4);
    const titles = (await ask({ measure: 'denialSummary' })).map((row) => String(row[1]));
    for (const title of titles) expect(await figure(only('denialReason', '=', title))).toBeGreaterThan(0);
    expect(await figure(only('denialReason', '=', 'Feature-Expired'))).toBe(1);
  });

  test('filters take a reason that the catalogue does not know by its text, and leaving out the empty one keeps it', async () => {
    const why = '(The moon is in the wrong house. (-987,1))';
    const { figure } = await given({
      log: `${head(day)}${denied(' 9:00:00')}${denied(' 9:01:00', 'eve@ws2', 'cad', why)}${evening}`,
    });
    const by = (operator: string, value: string) =>
      figure({ measure: 'denials', filters: [{ dimension: 'denialReason', operator, values: [value] }] });
    expect(await by('=', 'the MOON is in the wrong house')).toBe(1);
    expect(await by('!=', 'The moon is in the wrong house')).toBe(1);
    expect(await by('=~', 'moon|in use')).toBe(2);
    expect(await by('!=', '')).toBe(2);
    expect(await by('!~', '^$')).toBe(2);
  });

  test('of each hour: 0 where others were denied or something was granted, null where nothing was', async () => {
    const { ask } = await given({ log });
    const series = async (measure: string) => {
      const rows = await ask(
        { measure, groupBy: ['denialReason'], shape: 'timeSeries', bucket: '1h', orderBy: 'denialReason' },
        '2026-03-02 08:00:00',
        '2026-03-02 14:00:00',
      );
      const reasons = [...new Set(rows.map((row) => row[0]))];
      return reasons.map((reason) => rows.filter((row) => row[0] === reason).map((row) => row[2]));
    };
    // Episodes at 9, 10 (two), 11 for all licenses in use; at 13 for the expired feature.
    expect((await series('denialShare')).sort()).toEqual([
      [null, 0, 0, 0, null, 100],
      [null, 100, 100, 100, null, 0],
    ]);
    // Checkouts: three at 9, one at 12. 1 ÷ (1 + 3), 2 ÷ 2, 1 ÷ 1, 0 ÷ 1.
    expect((await series('denialRate')).sort()).toEqual([
      [null, 0, null, null, 0, 100],
      [null, 25, 100, 100, 0, null],
    ]);
  });

  test('deniedClients: the distinct clients of what the counting rule selects', async () => {
    const { figure, ask } = await given({ log });
    const clients = (count: string) => figure({ measure: 'deniedClients', denials: { count } });
    expect(await clients('lines')).toBe(3);
    expect(await clients('episodes')).toBe(3);
    expect(await clients('clients')).toBe(3);
    expect(await clients('resolved')).toBe(1); // ana
    expect(await clients('unresolved')).toBe(1); // bob, though of 3 episodes
    expect(await clients('unknown')).toBe(1); // cam
    expect(await ask({ measure: 'deniedClients', groupBy: ['feature'], orderBy: 'feature' })).toEqual([
      ['cad', 2],
      ['sim', 2],
    ]);
  });
});
