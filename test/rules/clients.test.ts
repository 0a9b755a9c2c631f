import { head, useStore } from './given.ts';

/** docs/definitions.md#client and #use: unique served clients. */
const given = useStore();
const day = '3/2/2026';
const at = (time: string): string => `2026-03-02 ${time}`;

describe('unique served clients', () => {
  const log = `${head(day)} 9:00:00 (acmed) OUT: "cad" ana@ws1  
10:00:00 (acmed) IN: "cad" ana@ws1  
10:00:00 (acmed) OUT: "cad" bob@ws2  
10:00:00 (acmed) IN: "cad" bob@ws2  
11:00:00 (acmed) OUT: "cad" cam@ws3  
11:00:00 (acmed) OUT: "sim" cam@ws3  
12:00:00 (acmed) IN: "cad" cam@ws3  
12:00:00 (acmed) IN: "sim" cam@ws3  
12:30:00 (acmed) DENIED: "cad" dan@ws4  (Licensed number of users already reached. (-4,342))
13:00:00 (acmed) OUT: "cad" ana@ws1  
`;
  const clients = { measure: 'uniqueClients' };

  test('one that ends exactly at from does not count, one of length 0 there does', async () => {
    const { ask } = await given({ log });
    const names = async (from: string, to: string) =>
      (await ask({ ...clients, groupBy: ['user'], orderBy: 'user' }, at(from), at(to))).map(([user]) => user);
    expect(await names('10:00:00', '11:00:00')).toEqual(['bob']);
    expect(await names('09:59:59', '11:00:00')).toEqual(['ana', 'bob']);
    // Length 0 at exactly to: outside.
    expect(await names('09:30:00', '10:00:00')).toEqual(['ana']);
    // Begins exactly at to: outside.
    expect(await names('10:00:01', '11:00:00')).toEqual([]);
    // A denial is no service.
    expect(await names('12:15:00', '13:00:00')).toEqual([]);
  });

  test('each client once, however many sessions and features', async () => {
    const { ask, figure } = await given({ log });
    expect(await figure(clients)).toBe(3);
    expect(await ask({ ...clients, groupBy: ['feature'] })).toEqual([
      ['cad', 3],
      ['sim', 1],
    ]);
    // The series and the whole days agree on it.
    expect(
      await ask({ ...clients, shape: 'timeSeries', bucket: '1d' }, '2026-03-02 00:00:00', '2026-03-03 00:00:00'),
    ).toEqual([['2026-03-02T00:00:00Z', 3]]);
  });

  test('a client belongs to one account: the same name in two accounts is two clients', async () => {
    const { figure, ask, ingest } = await given({ log });
    await ingest({ log, account: 'borealis', server: 'lic02' });
    expect(await figure(clients)).toBe(6);
    expect(await ask({ ...clients, groupBy: ['account'], orderBy: 'account' })).toEqual([
      ['acme', 3],
      ['borealis', 3],
    ]);
  });

  test('a session over several days counts in each of them', async () => {
    const { ask } = await given({
      log: `${head(day)}23:00:00 (acmed) OUT: "cad" ana@ws1  
 0:00:00 (acmed) TIMESTAMP 3/3/2026
 0:00:00 (acmed) TIMESTAMP 3/4/2026
 0:00:00 (acmed) IN: "cad" ana@ws1  
 1:00:00 (acmed) OUT: "cad" bob@ws2  
`,
    });
    expect(
      await ask({ ...clients, shape: 'timeSeries', bucket: '1d' }, '2026-03-02 00:00:00', '2026-03-05 00:00:00'),
    ).toEqual([
      ['2026-03-02T00:00:00Z', 1],
      ['2026-03-03T00:00:00Z', 1],
      // ana's ends exactly at its start.
      ['2026-03-04T00:00:00Z', 1],
    ]);
  });

  test('a device id is the client where the source gives one; the event’s own account comes before the source’s', async () => {
    const { ask, figure } = await given({
      format: 'csv',
      account: 'acme',
      log: `time,kind,feature,user,host,client,account
2026-03-02T09:00:00Z,checkout,cad,ana,ws1,device-1,
2026-03-02T10:00:00Z,checkout,cad,bob,ws1,device-1,
2026-03-02T11:00:00Z,checkout,cad,ana,ws1,,
2026-03-02T12:00:00Z,checkout,cad,ana,ws1,device-1,borealis
`,
    });
    expect(await ask({ ...clients, groupBy: ['account', 'client'], orderBy: 'account, client' })).toEqual([
      ['acme', 'ana@ws1', 1],
      ['acme', 'device-1', 1],
      ['borealis', 'device-1', 1],
    ]);
    expect(await figure(clients)).toBe(3);
  });

  test('names are compared exactly as written', async () => {
    const { figure, ask, summary } = await given({
      log: `${head(day)} 9:00:00 (acmed) OUT: "cad" UPM@ws1  
10:00:00 (acmed) IN: "cad" upm@ws1  
11:00:00 (acmed) OUT: "cad" upm@ws1  
12:00:00 (acmed) IN: "cad" upm@ws1  
13:00:00 (acmed) IN: "cad" UPM@ws1  
`,
    });
    // UPM 9–13, upm 11–12; the check-in at 10:00 is an orphan.
    expect(await ask({ ...clients, groupBy: ['client'], orderBy: 'client' })).toEqual([
      ['UPM@ws1', 1],
      ['upm@ws1', 1],
    ]);
    expect(summary.orphans).toBe(1);
    expect(await figure({ measure: 'licenseHours' })).toBe(5);
  });
});
