import { owner } from '../../src/server/caller.ts';
import type { TestServer } from '../support/server.ts';
import { openTestServer } from '../support/server.ts';

/** The customer whose report is taken. Some of its names are attacks on whoever reads the report. */
export const mine = 'acme';
export const range = { from: '2026-03-02T00:00:00Z', to: '2026-03-03T00:00:00Z' } as const;
export const hostile = {
  account: '../../etc/<img src=x onerror=alert(1)>',
  formula: `=cmd|' /C calc'!A0`,
  script: '<script>alert("stolen")</script>',
  path: '../../etc/passwd',
  lines: 'line one\nline "two"',
} as const;

/** The other customer: none of this may be in the report. The amounts occur nowhere else. */
export const others = {
  account: 'Boltzwerk',
  feature: 'boltzfeature',
  product: 'boltzproduct',
  user: 'boltzuser',
  host: 'boltzhost',
  server: 'boltzserver',
  project: 'boltzproject',
} as const;
export const othersAmounts = ['48611', '7919', '87.39', '6607'] as const;

export const tokens = {
  owner: 'test-owner-secret',
  mine: 'test-acme-secret',
  others: 'test-boltz-secret',
} as const;

const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;
const at = (minute: number): string => `2026-03-02T09:${String(minute).padStart(2, '0')}:00Z`;

/** Both have events on one server as well: `shared01`. */
const events = (rows: readonly (readonly string[])[]): string =>
  ['time,kind,feature,user,host,model,quantity,reason', ...rows.map((row) => row.map(quoted).join(','))].join('\n') +
  '\n';

const full = '(-4)';
const ofMine = events([
  [at(0), 'checkout', 'cad', 'ana', 'ws1', 'concurrent', '2', ''],
  [at(5), 'checkout', 'cad', hostile.formula, hostile.path, 'concurrent', '1', ''],
  [at(6), 'denied', 'cad', 'cam', 'ws3', 'concurrent', '1', full],
  [at(10), 'checkout', hostile.formula, 'ana', 'ws1', 'concurrent', '1', ''],
  [at(12), 'checkout', hostile.script, hostile.script, hostile.script, 'concurrent', '1', ''],
  [at(30), 'checkin', 'cad', 'ana', 'ws1', 'concurrent', '2', ''],
  [at(31), 'checkin', 'cad', hostile.formula, hostile.path, 'concurrent', '1', ''],
  [at(32), 'checkin', hostile.formula, 'ana', 'ws1', 'concurrent', '1', ''],
]);
const ofOthers = events([
  [at(1), 'checkout', others.feature, others.user, others.host, 'concurrent', '7919', ''],
  [at(2), 'denied', others.feature, others.user, others.host, 'concurrent', '1', full],
  [at(3), 'checkout', 'render', others.user, others.host, 'metered', '48611', ''],
  [at(40), 'checkin', others.feature, others.user, others.host, 'concurrent', '7919', ''],
]);

const entitlements = (account: string): string =>
  [
    'account,product,feature,version,model,quantity,overdraft,start,end,server,period',
    ...(account === mine
      ? [
          `${mine},Suite,cad,,concurrent,4,0,2026-01-01,2026-04-01,,`,
          `${mine},${quoted(hostile.script)},${quoted(hostile.formula)},,concurrent,2,0,2026-01-01,2026-12-31,,`,
          // These end within the range: marks on the time axis.
          `${mine},Suite,plot,,concurrent,3,0,2026-01-01,2026-03-02,,`,
          `${mine},Suite,${quoted(hostile.script)},,concurrent,1,0,2026-01-01,2026-03-02,,`,
        ]
      : [
          `${others.account},${others.product},${others.feature},,concurrent,9061,0,2026-01-01,2026-04-02,,`,
          `${others.account},${others.product},cad,,concurrent,8737,0,2026-01-01,2026-04-02,,`,
          `${others.account},${others.product},plot,,concurrent,6607,0,2026-01-01,2026-03-02,,`,
        ]),
  ].join('\n') + '\n';

/** A real server with both customers in one store, and a token for each. */
export async function openTwoCustomers(): Promise<TestServer> {
  const limited = (account: string) => ({ name: account, level: 'read' as const, accounts: [account] });
  const server = await openTestServer([
    { secret: tokens.owner, caller: owner },
    { secret: tokens.mine, caller: limited(mine) },
    { secret: tokens.others, caller: limited(others.account) },
  ]);
  const load = (file: string, account: string, name: string, text: string): Promise<void> =>
    server.load(`ingest?file=${file}&account=${encodeURIComponent(account)}&server=${name}`, text);
  await load('acme.csv', mine, 'acme-lic', ofMine);
  await load('boltz.csv', others.account, others.server, ofOthers);
  await load(
    'hostile.csv',
    hostile.account,
    'strange-lic',
    events([[at(7), 'checkout', 'cad', 'x', 'y', 'concurrent', '1', '']]),
  );
  await server.load('entitlements?file=acme.csv', entitlements(mine));
  await server.load('entitlements?file=boltz.csv', entitlements(others.account));
  return server;
}
