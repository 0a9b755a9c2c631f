import type { Frame } from '../engine/frame.ts';
import { endingEarly, notTracking } from '../engine/source-notices.ts';
import { readDashboard } from './dashboard.ts';
import { pseudonymised } from './privacy.ts';
import type { Snapshot } from './snapshot.ts';

const text = (name: string, labels?: Record<string, string>) => ({
  name,
  type: 'string' as const,
  typeInfo: { frame: 'string' as const, nullable: false },
  ...(labels && { labels, config: { displayNameFromDS: `${Object.values(labels).join(' ')} in use` } }),
});
const frame = (
  columns: Readonly<Record<string, readonly string[]>>,
  notices: readonly string[] = [],
  labels?: Record<string, string>,
): Frame => ({
  schema: {
    meta: {
      type: 'table',
      typeVersion: [0, 1],
      notices: notices.map((one) => ({ severity: 'info' as const, text: one })),
    },
    fields: Object.keys(columns).map((name) => text(name, labels)),
  },
  data: { values: Object.values(columns) },
});
const snapshotOf = (...frames: readonly Frame[]): Snapshot => ({
  dashboard: readDashboard({ uid: 'u', title: 't', time: { from: '', to: '' }, panels: [] }),
  answers: new Map(frames.map((one, i) => [i, [{ frames: [one] }]])),
  marks: [],
  range: { from: 0, to: 1 },
  timezone: 'UTC',
  account: 'acme',
  variables: { user: ['ana'], feature: ['ana'] },
  rules: [],
  takenAt: 1,
});
const framesOf = ({ answers }: Snapshot): readonly Frame[] =>
  [...answers.values()].flat().flatMap((answer) => ('frames' in answer ? answer.frames : []));

test('users, hosts and clients get one number each, in whatever panel they stand; features keep their names', () => {
  const [events, clients] = framesOf(
    pseudonymised(
      snapshotOf(
        frame({
          user: ['ana', 'bob', 'ana', ''],
          host: ['ws1', 'ws1', 'ws2', ''],
          feature: ['ana', 'cad', 'cad', 'cad'],
        }),
        frame({ client: ['ana@ws2', 'device-77', 'bob@corp.example@ws1'] }),
      ),
    ),
  );
  expect(events?.data.values).toEqual([
    ['user 1', 'user 2', 'user 1', ''],
    ['host 1', 'host 1', 'host 2', ''],
    ['ana', 'cad', 'cad', 'cad'],
  ]);
  expect(clients?.data.values).toEqual([['user 1@host 2', 'client 1', 'user 3@host 1']]);
});

test('license servers get numbers too: the vendor may run them', () => {
  const [events] = framesOf(pseudonymised(snapshotOf(frame({ server: ['hosting-lic01', 'lic02', 'hosting-lic01'] }))));
  expect(events?.data.values).toEqual([['server 1', 'server 2', 'server 1']]);
});

test('notices about license servers do without their names, whatever these are', () => {
  const names = ['hosting-lic01', 'lic02. Each adds nothing after', 'c', 'd'];
  const servers = names.map((server) => ({ server, lastLine: 0 }));
  const [told] = framesOf(
    pseudonymised(snapshotOf(frame({ value: ['1'] }, [endingEarly(servers, 9).text, notTracking(servers, 9).text]))),
  );
  expect(told?.schema.meta.notices?.map(({ text: said }) => said)).toEqual([
    'The data of 4 of 9 sources end before the range does. Each adds nothing after its own last line.',
    '4 of 9 sources do not track denials. Their denials are unknown, not none.',
  ]);
});

test('labels, names of series, notices and chosen values name nobody either', () => {
  const told = pseudonymised(
    snapshotOf(
      frame({ value: ['1'] }, ['Last seen: ana@ws1, ana-maria and banana.'], { user: 'ana' }),
      frame({ client: ['ana@ws1'] }),
    ),
  );
  const [series] = framesOf(told);
  expect(series?.schema.fields[0]).toMatchObject({
    labels: { user: 'user 1' },
    config: { displayNameFromDS: 'user 1 in use' },
  });
  expect(series?.schema.meta.notices?.[0]?.text).toBe('Last seen: user 1@host 1, user 1-maria and banana.');
  expect(told.variables).toEqual({ user: ['user 1'], feature: ['ana'] });
  expect(told.rules.join(' ')).toContain('not named');
});

test('sentences of marks name nobody either', () => {
  const given = {
    ...snapshotOf(frame({ user: ['ana'] })),
    marks: [
      { name: 'Restarts', color: 'orange', answer: { frames: [frame({ text: ['ana started it, banana did not'] })] } },
    ],
  };
  const [mark] = pseudonymised(given).marks;
  expect(mark?.answer).toMatchObject({ frames: [{ data: { values: [['user 1 started it, banana did not']] } }] });
});

test('in a text the longest name counts, where it stands as a word in any script', () => {
  const [told] = framesOf(
    pseudonymised(
      snapshotOf(
        frame({ user: ['ana', 'ana maria', 'jörg', '𝒜'] }, [
          'ana maria, ana; banana, anaé, éana, ana_, ana2; jörg-ana 𝒜 𝒜𝒜 (ana)ana.b',
        ]),
      ),
    ),
  );
  expect(told?.schema.meta.notices?.[0]?.text).toBe(
    'user 2, user 1; banana, anaé, éana, ana_, ana2; user 3-user 1 user 4 𝒜𝒜 (user 1)user 1.b',
  );
});

test('free text of the license server is left out: it may name anyone', () => {
  const [events] = framesOf(pseudonymised(snapshotOf(frame({ feature: ['cad'], detail: ['removed by root@lic01'] }))));
  expect(events?.schema.fields.map(({ name }) => name)).toEqual(['feature']);
});
