import type { Connection, InsertColumn } from '../../src/store/connection.ts';
import { StoreError } from '../../src/store/errors.ts';
import { openTestStore, type TestStore } from '../support/store.ts';

/** Counts to a trillion: runs until it is stopped. */
const endless = 'SELECT count() FROM numbers(1000000000000) WHERE sipHash64(number) = 1';

describe.each(['embedded', 'remote'] as const)('the connection, %s', (kind) => {
  let store: TestStore;
  let connection: Connection;

  beforeAll(async () => {
    store = await openTestStore(kind);
    connection = store.connection;
    await connection.command('CREATE TABLE words (word String, n UInt32) ENGINE = MergeTree ORDER BY n');
  });

  afterAll(() => store.close());

  async function scalar(sql: string, params = {}): Promise<unknown> {
    return (await connection.query(sql, params)).rows[0]?.[0];
  }

  function running(): Promise<unknown> {
    return scalar(
      "SELECT count() FROM system.processes WHERE query LIKE '%1000000000000%' AND query NOT LIKE '%processes%'",
    );
  }

  async function failure(promise: Promise<unknown>): Promise<StoreError> {
    const error: unknown = await promise.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    if (!(error instanceof StoreError)) throw new Error(`expected a StoreError, found ${String(error)}`);
    return error;
  }

  test('knows what it is', () => {
    expect(connection).toMatchObject({ kind, database: 'license_analytics', cluster: undefined });
  });

  test('gives columns with names and types, also of an empty answer', async () => {
    const columns = [
      { name: 'a', type: 'UInt8' },
      { name: 'b', type: 'Nullable(String)' },
    ];
    const sql = "SELECT toUInt8(1) AS a, CAST('x', 'Nullable(String)') AS b";
    expect(await connection.query(sql)).toEqual({ columns, rows: [[1, 'x']] });
    expect(await connection.query(`${sql} WHERE a = 2`)).toEqual({ columns, rows: [] });
  });

  test.each([
    ['String', 'it\'s a \\ back\\slash, "quotes", tab\t, lines\n\r\n and ☃ 𝄞 é'],
    ['String', '\\N'],
    ['String', "\\' OR 1 = 1 --"],
    ['String', '{a:String}'],
    ['String', ''],
    ['Nullable(String)', null],
    ['Nullable(String)', 'NULL'],
    ['Array(String)', ["it's", 'back\\slash', 'new\nline', 'tab\t', '☃', '', "'", "\\'", ']', ',']],
    ['Array(String)', []],
    ['Array(UInt32)', [1, 2, 4294967295]],
    ['Array(UInt32)', []],
    ['UInt8', 255],
    ['UInt32', 4294967295],
    ['Float64', 0.1],
    ['Float64', -1e-7],
    ['Float64', 1e300],
    ['Bool', true],
    ['Bool', false],
    ['Int64', '-9223372036854775808'],
    ['UInt64', '18446744073709551615'],
    ['Decimal(18, 6)', 1234567.890123],
    ["DateTime64(3, 'UTC')", '2026-03-27 06:55:03.123'],
    ['Date', '2026-03-27'],
    ['Date32', '2226-03-27'],
  ])('a %s parameter comes back as it was: %j', async (type, value) => {
    expect((await connection.query(`SELECT {value:${type}} AS value`, { value })).rows).toEqual([[value]]);
  });

  test('a parameter of many values gets through', async () => {
    const values = Array.from({ length: 20000 }, (_, i) => `user ${i}'s`);
    expect(await scalar('SELECT length({values:Array(String)})', { values })).toBe('20000');
    expect(await scalar("SELECT has({values:Array(String)}, 'user 19999\\'s')", { values })).toBe(1);
  });

  test('a parameter that was not given is an error, even when an earlier query gave it', async () => {
    for (let i = 0; i < 10; i++) await connection.query('SELECT {left:String}', { left: 'behind' });
    expect(await failure(connection.query('SELECT {left:String}'))).toMatchObject({ code: 'invalid' });
  });

  test('64-bit integers keep every digit, decimals and floats are numbers, NaN is null', async () => {
    const sql =
      "SELECT toUInt64('18446744073709551615'), toInt64(-5), toDecimal64('1.5', 6), 1/3, nan, toDecimal128('2.25', 6)";
    expect((await connection.query(sql)).rows).toEqual([['18446744073709551615', '-5', 1.5, 1 / 3, null, 2.25]]);
  });

  test('times are UTC, whatever the machine thinks', async () => {
    expect(await scalar("SELECT toString(toDateTime64('2026-03-27 06:55:03.123', 3))")).toBe('2026-03-27 06:55:03.123');
    expect(await scalar("SELECT toUnixTimestamp(toDateTime('2026-07-01 00:00:00'))")).toBe(1782864000);
  });

  test('a settled abort signal stops a query before it starts', async () => {
    const signal = AbortSignal.abort();
    expect(await failure(connection.query('SELECT 1', {}, { signal }))).toMatchObject({ code: 'cancelled' });
  });

  test.each([
    ['a query', endless],
    ['a query within a query', `SELECT (${endless})`],
    ['a query for a condition', `SELECT 1 WHERE 1 IN (${endless})`],
  ])('aborting stops %s in the engine too, and the next answers are their own', async (_, sql) => {
    const control = new AbortController();
    const asked = failure(connection.query(sql, {}, { signal: control.signal }));
    setTimeout(() => control.abort(), 200);
    expect(await asked).toMatchObject({ code: 'cancelled' });
    expect(await running()).toBe('0');
    for (let i = 0; i < 5; i++) expect((await connection.query("SELECT 'fresh'")).rows).toEqual([['fresh']]);
  });

  test('aborting stops a command', async () => {
    const control = new AbortController();
    const sql = 'INSERT INTO words SELECT toString(number), 1 FROM numbers(1000000000000)';
    const asked = failure(connection.command(sql, {}, { signal: control.signal }));
    setTimeout(() => control.abort(), 200);
    expect(await asked).toMatchObject({ code: 'cancelled' });
    await connection.command('TRUNCATE TABLE words');
  });

  test('a query that waits for its turn can be aborted', async () => {
    const all = new AbortController();
    const running = Array.from({ length: 12 }, () => failure(connection.query(endless, {}, { signal: all.signal })));
    const one = new AbortController();
    const waiting = failure(connection.query('SELECT 1', {}, { signal: one.signal }));
    setTimeout(() => one.abort(), 50);
    expect(await waiting).toMatchObject({ code: 'cancelled' });
    all.abort();
    for (const error of await Promise.all(running)) expect(error.code).toBe('cancelled');
  });

  test('a query over its time is an error that says so', async () => {
    const started = Date.now();
    const error = await failure(connection.query(endless, {}, { maxSeconds: 0.5 }));
    expect(error).toMatchObject({ code: 'timeout', clickhouseCode: 159 });
    expect(error.advice).toMatch(/shorter range/);
    expect(Date.now() - started).toBeLessThan(10000);
    // The limit was that query's own.
    expect(await scalar('SELECT sleep(1)')).toBe(0);
  });

  test.each([
    ['SELCT 1', 'syntax', 62],
    ['SELECT nothing FROM words', 'invalid', 47],
    ['SELECT * FROM nowhere', 'missing', 60],
  ])('%s is a %s error', async (sql, code, clickhouseCode) => {
    const error = await failure(connection.query(sql));
    expect(error).toMatchObject({ code, clickhouseCode });
    expect(error.sentence).not.toMatch(/DB::Exception|Stack trace|version 2/);
  });

  test('rows of a failed query never show up in a later answer', async () => {
    const failing = [
      'SELECT throwIf(number = 900000) AS z FROM numbers(1000000)',
      'SELECT number FROM numbers(100000000) SETTINGS max_result_rows = 100000, max_block_size = 1000',
      'SELECT sleepEachRow(0.1) FROM numbers(10) SETTINGS max_execution_time = 0.3, max_block_size = 1',
    ];
    for (let round = 0; round < 2; round++) {
      for (const sql of failing) {
        await Promise.all(
          [0, 1, 2, 3].map(async () => {
            await failure(connection.query(sql));
            expect((await connection.query("SELECT 'fresh' AS v")).rows).toEqual([['fresh']]);
          }),
        );
        await failure(collect(connection.stream(sql)));
        expect(await collect(connection.stream("SELECT 'fresh' AS v"))).toEqual([['fresh']]);
        expect((await connection.query("SELECT 'fresh' AS v")).rows).toEqual([['fresh']]);
      }
    }
  });

  test('three million rows stream by in bounded memory', async () => {
    const before = process.memoryUsage().rss;
    let [rows, sum, peak] = [0, 0, 0];
    const sql = "SELECT number, repeat('x', 100) FROM numbers(3000000)";
    for await (const block of connection.stream(sql)) {
      rows += block.length;
      for (const [number] of block) sum += Number(number);
      peak = Math.max(peak, process.memoryUsage().rss);
    }
    expect({ rows, sum }).toEqual({ rows: 3_000_000, sum: 4_499_998_500_000 });
    // Held together they take more than 600: each some 200 bytes.
    expect((peak - before) / 1e6).toBeLessThan(500);
  });

  test('leaving a stream stops it', async () => {
    for await (const block of connection.stream('SELECT number FROM numbers(1000000000000)')) {
      expect(block[0]).toEqual(['0']);
      break;
    }
    await until(async () => (await running()) === '0');
  });

  test('aborting stops a stream, between rows and while waiting for them', async () => {
    const first = new AbortController();
    const counting = connection.stream('SELECT number FROM numbers(1000000000000)', {}, { signal: first.signal });
    const taken = failure(
      (async () => {
        for await (const block of counting) if (block.length > 0) first.abort();
      })(),
    );
    expect(await taken).toMatchObject({ code: 'cancelled' });
    const second = new AbortController();
    setTimeout(() => second.abort(), 200);
    expect(await failure(collect(connection.stream(endless, {}, { signal: second.signal })))).toMatchObject({
      code: 'cancelled',
    });
  });

  test('queries run side by side, each with its own parameters', async () => {
    const started = Date.now();
    await Promise.all([1, 2, 3].map(() => connection.query('SELECT sleep(1)')));
    expect(Date.now() - started).toBeLessThan(2900);
    const answers = await Promise.all(
      Array.from({ length: 300 }, (_, i) =>
        i % 3 === 0
          ? collect(connection.stream('SELECT {value:String}', { value: `v${i}` }))
          : connection.query('SELECT {value:String}', { value: `v${i}` }).then(({ rows }) => rows),
      ),
    );
    expect(answers).toEqual(answers.map((_, i) => [[`v${i}`]]));
  });

  test('every column type arrives as it was sent', async () => {
    await connection.command(`CREATE TABLE kinds (text LowCardinality(String), maybe Nullable(String), small UInt8, whole UInt32,
      long Int64, big UInt64, bigger UInt64, real Float64, time DateTime64(3, 'UTC'), day Date32, amount Decimal(18, 6),
      byName Enum8('checkout' = 1, 'denial' = 3), byNumber Enum8('checkout' = 1, 'denial' = 3)) ENGINE = MergeTree ORDER BY whole`);
    await connection.insert('kinds', [
      { name: 'text', type: 'String', values: ["it's", `long ☃ ${'x'.repeat(300)}`, 'a\tb\nc\0d'] },
      { name: 'maybe', type: 'Nullable(String)', values: [null, '', 'x'] },
      { name: 'small', type: 'UInt8', values: [0, 1, 255] },
      { name: 'whole', type: 'UInt32', values: [1, 2, 4294967295] },
      { name: 'long', type: 'Int64', values: [-1, -9007199254740991, 9007199254740991] },
      { name: 'big', type: 'UInt64', values: [0, 4294967296, 9007199254740991] },
      { name: 'bigger', type: 'UInt64', values: BigUint64Array.from([0n, 1n, 18446744073709551615n]) },
      { name: 'real', type: 'Float64', values: [0.1, -1e300, 5e-324] },
      { name: 'time', type: "DateTime64(3, 'UTC')", values: [0, Date.UTC(2026, 2, 27, 6, 55, 3, 123), -1] },
      { name: 'day', type: 'Date32', values: [0, 20539, -1] },
      { name: 'amount', type: 'Decimal(18, 6)', values: [0.1, -2.000001, 1.005] },
      { name: 'byName', type: 'String', values: ['checkout', 'denial', 'checkout'] },
      { name: 'byNumber', type: 'UInt8', values: [1, 3, 1] },
    ]);
    expect((await connection.query('SELECT * FROM kinds ORDER BY whole')).rows).toEqual([
      ["it's", null, 0, 1, '-1', '0', '0', 0.1, '1970-01-01 00:00:00.000', '1970-01-01', 0.1, 'checkout', 'checkout'],
      [
        `long ☃ ${'x'.repeat(300)}`,
        '',
        1,
        2,
        '-9007199254740991',
        '4294967296',
        '1',
        -1e300,
        '2026-03-27 06:55:03.123',
        '2026-03-27',
        -2.000001,
        'denial',
        'denial',
      ],
      [
        'a\tb\nc\0d',
        'x',
        255,
        4294967295,
        '9007199254740991',
        '9007199254740991',
        '18446744073709551615',
        5e-324,
        '1969-12-31 23:59:59.999',
        '1969-12-31',
        1.005,
        'checkout',
        'checkout',
      ],
    ]);
  });

  test('a block is stored once however often it is sent with its token', async () => {
    await connection.command(
      'CREATE TABLE once (word String, n UInt32) ENGINE = MergeTree ORDER BY n SETTINGS non_replicated_deduplication_window = 100',
    );
    const block: InsertColumn[] = [
      { name: 'word', type: 'String', values: Array.from({ length: 100000 }, (_, i) => `w${i}`) },
      { name: 'n', type: 'UInt32', values: Uint32Array.from({ length: 100000 }, (_, i) => i) },
    ];
    for (let i = 0; i < 4; i++) await connection.insert('once', block, { token: 'log:0-100000' });
    expect(await scalar('SELECT count() FROM once')).toBe('100000');
    await connection.insert('once', block, { token: 'log:100000-200000' });
    expect(await scalar('SELECT count() FROM once')).toBe('200000');
    // Without a token, equal blocks are different rows.
    await connection.insert('once', block);
    await connection.insert('once', block);
    expect(await scalar('SELECT count() FROM once')).toBe('400000');
  });

  test.each<[string, InsertColumn]>([
    ['UInt32', { name: 'n', type: 'UInt32', values: [1, 4294967300] }],
    ['UInt32', { name: 'n', type: 'UInt32', values: [1, 1.5] }],
    ['Decimal', { name: 'n', type: 'Decimal(18, 6)', values: [1, NaN] }],
  ])('a number that its column (%s) cannot hold is refused with its row', async (_, column) => {
    const error = await failure(
      connection.insert('words', [{ name: 'word', type: 'String', values: ['a', 'b'] }, column]),
    );
    expect(error).toMatchObject({ code: 'invalid' });
    expect(error.sentence).toMatch(/Column "n", row 2/);
    expect(await scalar('SELECT count() FROM words')).toBe('0');
  });

  test('a deletion has taken effect when its command returns', async () => {
    await connection.insert('words', [
      { name: 'word', type: 'String', values: ['a', 'b', 'c'] },
      { name: 'n', type: 'UInt32', values: [1, 2, 3] },
    ]);
    await connection.command('ALTER TABLE words DELETE WHERE word = {word:String}', { word: 'b' });
    expect((await connection.query('SELECT word FROM words ORDER BY n')).rows).toEqual([['a'], ['c']]);
    await connection.command('DELETE FROM words WHERE n < {n:UInt32}', { n: 10 });
    expect(await scalar('SELECT count() FROM words')).toBe('0');
  });

  test('rows with equal keys in different partitions stay apart under FINAL', async () => {
    await connection.command(
      'CREATE TABLE levels (level UInt8, k String, v UInt64) ENGINE = ReplacingMergeTree(v) PARTITION BY level ORDER BY k',
    );
    await connection.command("INSERT INTO levels SELECT number % 2, 'k', number FROM numbers(10)");
    expect((await connection.query('SELECT level, v FROM levels FINAL ORDER BY level')).rows).toEqual([
      [0, '8'],
      [1, '9'],
    ]);
  });
});

async function until(done: () => Promise<boolean>): Promise<void> {
  while (!(await done())) await new Promise((next) => setTimeout(next, 20));
}

async function collect(stream: AsyncIterable<readonly (readonly unknown[])[]>): Promise<unknown[]> {
  const rows: unknown[] = [];
  for await (const block of stream) rows.push(...block);
  return rows;
}
