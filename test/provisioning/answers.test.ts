import { thresholds } from '../../dashboards/source/thresholds.ts';
import { head } from '../rules/given.ts';
import { openTestServer, type TestServer } from '../support/server.ts';
import { figuresOf, firing, type Figures } from './evaluate.ts';
import { generatedFor, isExpression, type AlertRule } from './given.ts';

/** Every rule, asked of a real server over HTTP, at noon of a day on which everything goes wrong that rules are for. */
const { rules } = generatedFor();
const noon = Date.parse('2026-03-02T12:00:00Z');
const minute = 60_000;
const day = 24 * 60 * minute;

let server: TestServer;
beforeAll(async () => {
  server = await openTestServer();
});
afterAll(() => server.close());

/** What the questions of a rule are answered when it is evaluated at `now`. */
async function figures(rule: AlertRule, now: number): Promise<ReadonlyMap<string, readonly Figures[]>> {
  const known = new Map<string, readonly Figures[]>();
  const before = (seconds: number): string => new Date(now - seconds * 1000).toISOString();
  for (const { refId, model, relativeTimeRange } of rule.data.filter((query) => !isExpression(query))) {
    const range = { from: before(relativeTimeRange.from), to: before(relativeTimeRange.to) };
    known.set(refId, figuresOf(await server.frames(model, range)));
  }
  return known;
}

const ruleOf = (uid: string): AlertRule => {
  const rule = rules.find((one) => one.uid === uid);
  if (rule === undefined) throw new Error(`No rule ${uid}.`);
  return rule;
};
const firingAt = async (uid: string, now: number) => firing(ruleOf(uid), await figures(ruleOf(uid), now));

test.each(rules.map(({ uid }) => uid))(
  '%s has no data, and says of which type, while nothing is stored',
  async (uid) => {
    for (const one of (await figures(ruleOf(uid), noon)).values()) expect(one).toEqual([]);
  },
);

describe('at noon', () => {
  beforeAll(async () => {
    for (const [address, text] of documents()) await server.load(address, text);
  });

  const of = (...features: string[]) => features.map((feature) => ({ account: 'acme', feature }));
  const using = (...features: (readonly [string, string])[]) =>
    features.map(([feature, model]) => ({ account: 'acme', feature, model }));

  test.each([
    // Not: pools of four, and what has been full for ten minutes.
    ['la-utilization-warning', of('mesh', 'cad', 'sim', 'over')],
    // Not: overdraft that is allowed, and what is full and turns nobody away.
    ['la-utilization-critical', of('cad')],
    ['la-metered-warning', of('render', 'endless')],
    ['la-metered-critical', of('storage', 'archive')],
    // Two more than were bought, where two more are allowed, or none.
    ['la-overdraft', of('over')],
    ['la-beyond-overdraft', of('sim')],
    ['la-metered-overdraft', of('archive')],
    ['la-metered-beyond-overdraft', of('storage')],
    // Not: what was granted soon after, UNSUPPORTED, two clients however often, and what is still settling.
    ['la-denials-shortage', of('cad')],
    // Within a day.
    ['la-denials-demand', of('cad')],
    ['la-denials-adoption', of('plot')],
    ['la-denials-faults', of('mesh')],
    ['la-denials-expired', of('gone')],
    // Not: what is renewed, and what never ends.
    ['la-expiry-warning', using(['later', 'concurrent'])],
    ['la-expiry-critical', using(['soon', 'concurrent'], ['gone', 'concurrent'])],
    ['la-silence-warning', [{ server: 'lic02' }]],
    ['la-silence-critical', [{ server: 'lic03' }]],
    ['la-no-answer', []],
  ])('%s fires for these and no others', async (uid, expected) => {
    const byText = (all: readonly object[]) => all.map((one) => JSON.stringify(one)).sort();
    expect(byText(await firingAt(uid, noon))).toEqual(byText(expected));
  });

  test('unusable lines fire from when they are read, for an hour', async () => {
    expect(await firingAt('la-ingest-errors', Date.now() + minute)).toEqual([{ server: 'lic01' }]);
    expect(await firingAt('la-ingest-errors', Date.now() + 62 * minute)).toEqual([]);
  });

  test('a shortage is told of after three quarters of an hour, and no longer where nobody asks', async () => {
    // All five of `held` are out from 06:30 on; the last line of this server is of 08:00: nobody asks any more.
    const held = { account: 'acme', feature: 'held' };
    const at = (time: string): number => Date.parse(`2026-03-02T${time}:00Z`);
    expect(await firingAt('la-utilization-warning', at('07:00'))).not.toContainEqual(held);
    expect(await firingAt('la-utilization-warning', at('07:20'))).toContainEqual(held);
    expect(await firingAt('la-utilization-warning', at('09:05'))).not.toContainEqual(held);
    expect(await firingAt('la-silence-warning', noon + 185 * minute)).toContainEqual({ server: 'lic05' });
  });

  test('metered use that is exported once a day keeps its alerts, until its period ends', async () => {
    const render = { account: 'acme', feature: 'render' };
    expect(await firingAt('la-metered-warning', noon + 3 * day)).toContainEqual(render);
    // Noon of the last day of March, for a message that says a day.
    const known = await figures(ruleOf('la-metered-warning'), noon + 3 * day);
    const lastDays = (feature: string) =>
      known
        .get('periods')
        ?.find(({ labels }) => labels['feature'] === feature)
        ?.values.filter((day) => day !== null);
    expect(lastDays('render')?.at(-1)).toBe(Date.parse('2026-03-31T12:00:00Z'));
    // For good is no day: neither 1970 nor 2299.
    expect(lastDays('endless')).toEqual([]);
    // Nothing of April is known yet, and March is over.
    expect(await firingAt('la-metered-warning', Date.parse('2026-04-10T12:00:00Z'))).not.toContainEqual(render);
  });

  test('denials fire when they have settled, and end when their hour has passed', async () => {
    expect(await firingAt('la-denials-shortage', noon - 40 * minute)).toEqual([]);
    expect(await firingAt('la-denials-shortage', noon - 20 * minute)).toEqual(of('cad'));
    expect(await firingAt('la-denials-shortage', noon + 30 * minute)).not.toContainEqual(of('cad')[0]);
    expect(await firingAt('la-denials-shortage', noon + 10 * minute)).toContainEqual(of('late')[0]);
  });

  // Else Grafana takes the whole rule as "no data", and it is silent when it should speak.
  test.each(rules.map(({ uid }) => uid))('%s: a second question has a row wherever the first has', async (uid) => {
    const rule = ruleOf(uid);
    const [first, ...others] = rule.data
      .filter((query) => !isExpression(query))
      .map(({ refId }) => refId)
      // Where nobody is turned away a full pool pages nobody: no data is what is meant.
      .filter((refId) => uid !== 'la-utilization-critical' || refId !== 'clients');
    // Unusable lines are of the hour in which they are read.
    const base = uid === 'la-ingest-errors' ? Date.now() : noon;
    for (const after of [-300, -180, -120, -60, -30, 0, 30, 60, 120]) {
      const known = await figures(rule, base + after * minute);
      const labels = (refId: string) => (known.get(refId) ?? []).map((one) => JSON.stringify(one.labels));
      // It has rows of pools that are far from their limit, too, so that its alerts are held: what does not fire may miss others.
      const near = (known.get(first ?? '') ?? []).filter(
        ({ values }) =>
          uid !== 'la-utilization-critical' || values.some((value) => (value ?? 0) >= thresholds.usage.critical),
      );
      for (const other of others)
        expect(labels(other)).toEqual(expect.arrayContaining(near.map((one) => JSON.stringify(one.labels))));
    }
  });
});

/** Where to send which text. */
function documents(): readonly (readonly [address: string, text: string])[] {
  const line = (time: string, rest: string): string => `${time} (acmed) ${rest}  \n`;
  const times = (count: number, make: (i: number) => string): string =>
    Array.from({ length: count }, (_, i) => make(i)).join('');
  const out = (time: string, feature: string, count: number): string =>
    times(count, (i) => line(time, `OUT: "${feature}" ${feature}${i}@ws${i}`));
  const denied = (time: string, feature: string, count: number, why: string): string =>
    times(count, (i) => line(time, `DENIED: "${feature}" denied${i}@pc${i}  (${why})`));
  const full = 'Licensed number of users already reached. (-4,342)';
  const lic01 = [
    head('3/2/2026'),
    out(' 9:00:00', 'calm', 1),
    out(' 9:01:00', 'cad', 5),
    out(' 9:02:00', 'mesh', 8),
    out(' 9:03:00', 'sim', 7),
    out(' 9:04:00', 'over', 7),
    out(' 9:05:00', 'small', 4),
    'this line is of no license server\n',
    denied('11:10:00', 'cad', 3, full),
    denied('11:12:00', 'calm', 3, full),
    times(3, (i) => line('11:15:00', `OUT: "calm" denied${i}@pc${i}`)),
    times(5, () => denied('11:16:00', 'twice', 2, full)),
    times(3, (i) =>
      line('11:17:00', `UNSUPPORTED: "optim" (PORT_AT_HOST_PLUS   ) u${i}@pc${i}  (No such feature exists. (-5,346))`),
    ),
    denied('11:18:00', 'gone', 1, 'Feature has expired. (-10,32)'),
    denied('11:18:00', 'plot', 3, 'License server does not support this version of this feature. (-25,334)'),
    denied('11:19:00', 'mesh', 3, 'User/host not on INCLUDE list for feature. (-38,348)'),
    denied('11:50:00', 'late', 3, full),
    out('11:50:30', 'brief', 5),
    '12:40:00 (acmed) OUT: "calm" z@ws9  \n',
  ].join('');
  const until = (time: string, day: string): string => `${head(day, time)}${line(time, 'OUT: "calm" q@ws1')}`;
  const lic05 = `${head('3/2/2026', ' 6:00:00')}${out(' 6:30:00', 'held', 5)} 8:00:00 (acmed) OUT: "calm" q@ws1  \n`;
  const cloud = [
    'time,kind,feature,user,host,model,quantity',
    '2026-03-02T11:30:00Z,checkout,render,ana,ws1,metered,90',
    '2026-03-02T11:40:00Z,checkout,storage,ana,ws1,metered,110',
    '2026-03-02T11:45:00Z,checkout,archive,ana,ws1,metered,110',
    '2026-03-02T11:46:00Z,checkout,endless,ana,ws1,metered,90',
    '',
  ];
  const bought = [
    'account,product,feature,version,model,quantity,overdraft,start,end,server,period',
    ...[
      'cad,,concurrent,5',
      'mesh,,concurrent,10',
      'sim,,concurrent,5',
      'small,,concurrent,4',
      'brief,,concurrent,5',
      'held,,concurrent,5',
      'calm,,concurrent,100',
    ].map((one) => `acme,Suite,${one},0,2026-01-01,2027-12-31,,`),
    'acme,Suite,over,,concurrent,5,2,2026-01-01,2027-12-31,,',
    // Neither a start nor an end: what was bought once, for good.
    'acme,Suite,endless,,metered,100,0,,,,',
    'acme,Suite,archive,,metered,100,20,2026-01-01,2027-12-31,,month',
    ...['render', 'storage'].map((one) => `acme,Suite,${one},,metered,100,0,2026-01-01,2027-12-31,,month`),
    'acme,Suite,soon,,concurrent,3,0,2026-01-01,2026-03-07,,',
    'acme,Suite,later,,concurrent,3,0,2026-01-01,2026-03-22,,',
    'acme,Suite,gone,,concurrent,3,0,2026-01-01,2026-02-28,,',
    'acme,Suite,left,,concurrent,3,0,2026-01-01,2026-02-10,,',
    'acme,Suite,renewed,,concurrent,3,0,2026-01-01,2026-03-05,,',
    'acme,Suite,renewed,,concurrent,3,0,2026-03-06,2027-03-05,,',
    'acme,Suite,forever,,concurrent,3,0,2026-01-01,,,',
    '',
  ];
  const log = (server: string, text: string) =>
    [`ingest?file=${server}.log&server=${server}&account=acme&timezone=UTC`, text] as const;
  return [
    ['entitlements?file=bought.csv', bought.join('\n')],
    log('lic01', lic01),
    log('lic02', until(' 4:00:00', '3/2/2026')),
    log('lic03', until(' 6:00:00', '3/1/2026')),
    log('lic04', until(' 6:00:00', '1/2/2026')),
    log('lic05', lic05),
    [`ingest?file=cloud.csv&server=cloud&account=acme`, cloud.join('\n')],
  ];
}
