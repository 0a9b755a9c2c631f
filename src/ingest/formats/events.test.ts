import type { LicenseEvent } from '../../sessions/event.ts';
import { csv, dataWarehouseUsage, fileSource, fnoHistoricalUsage, ndjson } from './events.ts';
import type { Format, SourceContext } from '../format.ts';
import { reading, type Reading } from './reading.test-helper.ts';

/** As if the text were the file cloud-eu.csv. */
function read(format: Format, text: string, context: Partial<SourceContext> = {}): Reading {
  return reading(format, text, { file: '/exports/cloud-eu.csv', ...context });
}

const iso = (event: LicenseEvent | undefined): string => new Date(event?.time ?? NaN).toISOString();

describe('our own events as CSV', () => {
  test('columns in any order and case, a byte order mark, CRLF, quoted fields with line breaks', () => {
    const got = read(
      csv,
      '\uFEFFKind,TIME,Feature,User,Host,Quantity,Detail\r\n' +
        'checkout,2026-03-27T06:55:03Z,solver,anna,ws1,2,\r\n' +
        'denial,2026-03-27T06:55:09Z,solver,bob,ws2,1,"all in use,\r\nsaid the ""server"""\r\n',
    );
    expect(got.unreadable).toEqual([]);
    expect(got.events).toHaveLength(2);
    expect(got.events[0]).toMatchObject({
      kind: 'checkout',
      time: Date.UTC(2026, 2, 27, 6, 55, 3),
      feature: 'solver',
      client: 'anna@ws1',
      quantity: 2,
      model: 'concurrent',
      server: 'cloud-eu',
      lag: 0,
    });
    expect(got.events[1]).toMatchObject({
      kind: 'denial',
      detail: 'all in use,\nsaid the "server"',
      client: 'bob@ws2',
    });
    expect(got.events.map(({ line }) => line)).toEqual([2, 3]);
    expect(got.ignored).toBe(2); // the header and the second line of the quoted text
  });

  test.each([';', '\t', '|'])('the delimiter %j is found', (delimiter) => {
    const text = [
      'time,kind,feature,server',
      '2026-03-27 06:55:03,OUT,solver,cls-1',
      '2026-03-27 06:56:03,IN,solver,cls-1',
    ].join('\n');
    const got = read(csv, text.replaceAll(',', delimiter), { server: 'unused' });
    expect(got.events.map(({ kind, server }) => [kind, server])).toEqual([
      ['checkout', 'cls-1'],
      ['checkin', 'cls-1'],
    ]);
  });

  test('rows that name no server belong to the source the user named, else to the file', () => {
    const text = 'time,kind,feature\n2026-03-27T06:55:03Z,checkout,solver';
    expect(read(csv, text, { server: 'lic1' }).events[0]?.server).toBe('lic1');
    expect(read(csv, text).events[0]?.server).toBe('cloud-eu');
    expect(read(csv, text).server).toBe('cloud-eu');
    expect(read(csv, 'time,kind,feature,server\n2026-03-27T06:55:03Z,checkout,solver,cls-1').server).toBe('cls-1');
    expect(fileSource('/a/b/usage.2026.csv.gz')).toBe('usage.2026');
    expect(fileSource('-')).toBe('stdin');
  });

  test('a bad row is named with line, column, what was expected and found; the others are read', () => {
    const got = read(
      csv,
      [
        'time,kind,feature,quantity',
        '03/04/2026,checkout,solver,1',
        ',checkout,solver,1',
        '2026-03-27T06:55:03Z,borrowed,solver,1',
        '2026-03-27T06:55:03Z,checkout,,1',
        '2026-03-27T06:55:03Z,checkout,solver,"1,000"',
        '2026-03-27T06:55:03Z,checkout,solver,-1',
        '2026-03-27T06:55:03Z,checkout,solver',
        '2026-03-27T06:55:03Z,checkout,solver,1',
      ].join('\n'),
    );
    expect(got.events).toHaveLength(1);
    expect(got.undated.map(({ line }) => line)).toEqual([3]);
    expect(got.unreadable.map(({ line, reason }) => `${line}: ${reason}`)).toEqual([
      expect.stringMatching(/^2: column "time": expected a time like .*, found "03\/04\/2026"$/),
      expect.stringMatching(/^4: column "kind": expected one of .*checkout.*, found "borrowed"$/),
      '5: column "feature": expected the name of a feature, found an empty field',
      '6: column "quantity": expected a number like 12 or 0.25, found "1,000"',
      expect.stringMatching(/^7: column "quantity": expected a number that is not negative .*, found "-1"$/),
      '8: expected 4 fields, as in the header, found 3',
    ]);
  });

  test('without the needed columns every line is unreadable, and the first says why', () => {
    const got = read(csv, 'when,what\n2026-03-27,OUT\n');
    expect(got.events).toEqual([]);
    expect(got.unreadable).toHaveLength(2);
    expect(got.unreadable[0]?.reason).toContain('no column for time (time or timestamp or date)');
    expect(got.unreadable[0]?.reason).toContain('found "when", "what"');
  });

  test('two exports in one file, the second with its columns in another order', () => {
    const got = read(
      csv,
      'time,kind,feature\n2026-03-27T06:55:03Z,checkout,solver\ntime,kind,feature\n2026-03-27T06:55:04Z,checkout,solver\n' +
        'Feature,Time,Kind\nmesher,2026-03-27T06:55:05Z,checkin\nkind,feature,time,user\ndenial,solver,2026-03-27T06:55:06Z,anna',
    );
    expect(got.unreadable).toEqual([]);
    expect(got.events.map(({ feature, kind, user }) => [feature, kind, user])).toEqual([
      ['solver', 'checkout', ''],
      ['solver', 'checkout', ''],
      ['mesher', 'checkin', ''],
      ['solver', 'denial', 'anna'],
    ]);
  });

  test('a stray quote costs its own line only', () => {
    const got = read(
      csv,
      'time,kind,feature\n2026-03-27T06:55:03Z,checkout,"solver\n2026-03-27T06:55:04Z,checkout,mesher',
    );
    expect(got.unreadable.map(({ line }) => line)).toEqual([2]);
    expect(got.events.map(({ feature }) => feature)).toEqual(['mesher']);
  });

  test('times: with offset, without (time zone of the source, both sides of daylight saving), seconds and milliseconds', () => {
    const times = [
      '2026-03-27T06:55:03+01:00',
      '2026-03-27 06:55:03.250 +0100',
      '2026-07-01 12:00',
      '2026-12-01 12:00',
      '1774590903',
      '1774590903123',
      '2026-10-25 02:30:00', // shown twice: the first
      '2026-03-29 02:30:00', // never shown
    ];
    const text = `kind,time,feature\n${times.map((time) => `denial,${time},f`).join('\n')}`;
    const got = read(csv, text, { timezone: 'Europe/Berlin' });
    const byLine = new Map(got.events.map(({ line }) => line).map((line, index) => [line, iso(got.events[index])]));
    expect(times.map((_, index) => byLine.get(index + 2))).toEqual([
      '2026-03-27T05:55:03.000Z',
      '2026-03-27T05:55:03.250Z',
      '2026-07-01T10:00:00.000Z',
      '2026-12-01T11:00:00.000Z',
      '2026-03-27T05:55:03.000Z',
      '2026-03-27T05:55:03.123Z',
      '2026-10-25T00:30:00.000Z',
      '2026-03-29T01:30:00.000Z',
    ]);
  });

  test('amounts of more than 6 decimals are rounded half to even, with a notice', () => {
    const amounts = ['0.1234565', '0.1234575', '-0.1234565', '0.12345650000001', '0.25', '1e-3'];
    const text = `time,kind,feature,model,quantity\n${amounts.map((amount) => `2026-01-01T00:00:00Z,checkout,tokens,metered,${amount}`).join('\n')}`;
    const got = read(csv, text);
    expect(got.events.map(({ quantity }) => quantity)).toEqual([0.123456, 0.123458, -0.123456, 0.123457, 0.25, 0.001]);
    expect(got.notices).toEqual(['4 amounts had more than 6 decimals; they were rounded to 6 (half to even)']);
  });
});

describe('a mapping in the configuration', () => {
  test('columns, values and constants', () => {
    const got = read(
      csv,
      'When;Action;Lic;Who\n2026-03-27 06:55:03;TAKE;solver;anna\n2026-03-27 06:59:03;GIVE;solver;anna',
      {
        options: {
          columns: { time: 'when', kind: 'action', feature: ['missing', 'lic'], user: 4 },
          values: { kind: { take: 'checkout', GIVE: 'checkin' } },
          constants: { vendor: 'acmed', account: 'acme', server: 'lic1' },
        },
      },
    );
    expect(
      got.events.map(({ kind, feature, user, vendor, account, server }) => [
        kind,
        feature,
        user,
        vendor,
        account,
        server,
      ]),
    ).toEqual([
      ['checkout', 'solver', 'anna', 'acmed', 'acme', 'lic1'],
      ['checkin', 'solver', 'anna', 'acmed', 'acme', 'lic1'],
    ]);
  });

  test('a table with other columns is taken when it is named, not found by itself; a log is no table', () => {
    const { score, reason } = csv.detect('When;Action;Lic\n2026-03-27;TAKE;solver\n');
    expect(score).toBeGreaterThan(0);
    expect(score).toBeLessThan(0.2); // what detection needs to be sure
    expect(reason).toBe(
      'it is a table, but its first line has no column for time (time or timestamp or date), kind (kind or event or event type), feature (feature or feature name): it needs a mapping of its columns',
    );
    expect(csv.detect(' 9:00:01 (acmed) OUT: "solver" anna@ws1\n 9:00:02 (acmed) IN: "solver" anna@ws1\n').score).toBe(
      0,
    );
    expect(csv.detect('time;kind;feature;user\n').score).toBe(0.9);
    expect(ndjson.detect('{"time":"2026-03-27","kind":"OUT","feature":"solver"}').score).toBe(0.9);
  });

  test('JSON paths', () => {
    const line = JSON.stringify({ at: 1774590903, request: { items: [{ name: 'solver', count: 3 }] }, type: 'OUT' });
    const got = read(ndjson, line, {
      options: {
        columns: { time: 'at', kind: 'type', feature: 'request.items[0].name', quantity: 'request.items[0].count' },
      },
    });
    expect(got.events).toEqual([expect.objectContaining({ feature: 'solver', quantity: 3, kind: 'checkout' })]);
  });

  test('a wrong mapping is refused with every place that is wrong', () => {
    const options = { preset: 'excel', columns: { tiem: 'when' }, values: { kind: { x: 'grab' } }, colums: {} };
    expect(() => read(csv, '', { options })).toThrow(/preset: expected one of events, fno-historical-usage/);
    expect(() => read(csv, '', { options })).toThrow(/columns\S*: .*tiem/);
    expect(() => read(csv, '', { options })).toThrow(/values\.kind\.x: expected one of checkout.*"grab"/);
    expect(() => read(csv, '', { options })).toThrow(/colums/);
  });
});

describe('historical usage for FlexNet Operations', () => {
  const text = [
    '2026-01-31T23:59:59Z,12,Render Minutes,ACT-100',
    '2026-01-31T23:59:59Z,0.5,Render Minutes,ACT-100,anna@acme.example,AQ-1,region=eu,job=7',
  ].join('\n');

  test('rows are metered use, without a header', () => {
    const got = read(fnoHistoricalUsage, text, { server: 'fno' });
    expect(got.unreadable).toEqual([]);
    expect(got.events).toEqual([
      expect.objectContaining({
        kind: 'checkout',
        model: 'metered',
        quantity: 12,
        feature: 'Render Minutes',
        detail: 'activation=ACT-100',
        server: 'fno',
      }),
      expect.objectContaining({
        quantity: 0.5,
        user: 'anna@acme.example',
        client: 'anna@acme.example',
        handle: 'AQ-1',
        detail: 'activation=ACT-100 region=eu job=7',
      }),
    ]);
  });

  test('it is told from the others by its lines', () => {
    expect(fnoHistoricalUsage.detect(text).score).toBeGreaterThan(0.8);
    expect(csv.detect(text).score).toBeLessThan(0.2);
    expect(dataWarehouseUsage.detect(text).score).toBe(0);
  });
});

describe('usage from the data warehouse', () => {
  const header =
    'CORRELATION_ID,TENANT_ID,USAGE_TIME,WRITE_TIME,CONSUMER_ID,CONSUMER_TYPE,ACCOUNT_ID,INSTANCE_ID,ACTIVATION_ID,MAPPED_ENTITLED_COUNT,USED,ITEM,COUNT,STATUS_CODE,STATUS_DESCRIPTION';
  const charge =
    'c-1,t,2026-02-01 10:00:00.000 -0800,2026-02-03 00:00:00.000 -0800,dev-1,DEVICE,ACME,CLS-1,ACT-1,1000,10.25,export-pdf,0.25,0,OK';
  const denied =
    'c-2,t,2026-02-01T18:05:00Z,2026-02-01T18:05:01Z,dev-2,DEVICE,ACME,CLS-2,,1000,,export-pdf,1,201,Item not found in any effective rate table';
  const refund =
    'c-3,t,2026-02-01T18:10:00Z,2026-02-01T18:10:01Z,dev-1,DEVICE,ACME,CLS-1,ACT-1,1000,10,export-pdf,-0.25,0,OK';

  test('fractional tokens, refunds, denials by status code, instances as servers, transaction time', () => {
    const got = read(dataWarehouseUsage, [header, charge, denied, refund].join('\n'));
    expect(got.unreadable).toEqual([]);
    expect(
      got.events.map((event) => [
        iso(event),
        event.kind,
        event.server,
        event.account,
        event.client,
        event.quantity,
        event.model,
      ]),
    ).toEqual([
      ['2026-02-01T18:00:00.000Z', 'checkout', 'CLS-1', 'ACME', 'dev-1', 0.25, 'metered'],
      ['2026-02-01T18:05:00.000Z', 'denial', 'CLS-2', 'ACME', 'dev-2', 1, 'metered'],
      ['2026-02-01T18:10:00.000Z', 'checkout', 'CLS-1', 'ACME', 'dev-1', -0.25, 'metered'],
    ]);
    expect(got.events[1]).toMatchObject({ code: '201', detail: 'Item not found in any effective rate table' });
  });

  test('the same request in an export with other columns is the same event', () => {
    const [first] = read(dataWarehouseUsage, [header, charge].join('\n')).events;
    const other =
      'ITEM;CORRELATION_ID;USAGE_TIME;ACTIVATION_ID;COUNT;ACCOUNT_NAME;INSTANCE_ID\nexport-pdf;c-1;2026-02-01T18:00:00Z;ACT-1;0.25;Acme Ltd;CLS-1';
    const [second] = read(dataWarehouseUsage, other).events;
    expect([second?.identityHigh, second?.identityLow]).toEqual([first?.identityHigh, first?.identityLow]);
    const [another] = read(dataWarehouseUsage, other.replace('c-1', 'c-9')).events;
    expect(another?.identityLow).not.toBe(first?.identityLow);
  });

  test('with the running total alone a row counts what it adds', () => {
    const rows = ['100.5', '101', '100.75'].map(
      (used, index) => `c-${index},2026-02-0${index + 1},ACT-1,export-pdf,${used}`,
    );
    const got = read(dataWarehouseUsage, ['CORRELATION_ID,USAGE_TIME,ACTIVATION_ID,ITEM,USED', ...rows].join('\n'));
    expect(got.events.map(({ quantity }) => quantity)).toEqual([100.5, 0.5, -0.25]);
    const backwards = read(
      dataWarehouseUsage,
      ['CORRELATION_ID,USAGE_TIME,ACTIVATION_ID,ITEM,USED', ...[...rows].reverse()].join('\n'),
    );
    expect(backwards.unreadable[0]?.reason).toContain('expected the rows of one line item in order of time');
  });

  test('JSON lines of the same table, and how it is told from our own', () => {
    const line = JSON.stringify({
      CORRELATION_ID: 'c-1',
      USAGE_TIME: '2026-02-01T18:00:00Z',
      ACTIVATION_ID: null,
      ITEM: 'x',
      COUNT: 2,
      STATUS_CODE: 102,
    });
    expect(read(dataWarehouseUsage, line).events).toEqual([
      expect.objectContaining({ kind: 'denial', code: '102', quantity: 2 }),
    ]);
    expect(dataWarehouseUsage.detect(`${header}\n${charge}\n`).score).toBeGreaterThan(0.9);
    expect(csv.detect(`${header}\n${charge}\n`).score).toBeLessThan(0.2);
    expect(ndjson.detect(line).score).toBeLessThan(0.2);
  });
});

describe('order', () => {
  const row = (second: number, feature: string): string =>
    `${new Date(second * 1000).toISOString()},checkout,${feature}`;

  test('rows a little out of order are put in order; ties of a file from new to old are turned round', () => {
    const up = read(csv, ['time,kind,feature', row(1e9 + 2, 'c'), row(1e9, 'a'), row(1e9 + 1, 'b')].join('\n'));
    expect(up.events.map(({ feature }) => feature)).toEqual(['a', 'b', 'c']);
    expect(up.parts).toEqual([]);
    const down = read(
      csv,
      ['time,kind,feature', row(1e9 + 2, 'd'), row(1e9 + 2, 'c'), row(1e9 + 1, 'b'), row(1e9, 'a')].join('\n'),
    );
    expect(down.events.map(({ feature }) => feature)).toEqual(['a', 'b', 'c', 'd']);
  });

  test('beyond the window a new part begins, and nothing is lost', () => {
    const seconds = Array.from({ length: 50_000 }, (_, index) => 1e9 - index);
    const got = read(csv, ['time,kind,feature', ...seconds.map((second) => row(second, 'f'))].join('\n'));
    expect(got.events).toHaveLength(50_000);
    expect(got.parts.length).toBeGreaterThan(0);
    expect(got.parts.length).toBeLessThanOrEqual(10);
  });
});
