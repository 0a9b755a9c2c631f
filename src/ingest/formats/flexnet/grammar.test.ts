import { identityOf } from '../../../sessions/event.ts';
import { reading } from '../reading.test-helper.ts';
import { flexnet } from './index.ts';

const start = '8:00:00 (lmgrd) FlexNet Licensing (v11.16.2 build 242801 x64_lsb) started on lic01 (linux) (3/27/2026)';

function one(message: string): ReturnType<typeof reading>['events'][number] {
  const found = reading(flexnet, `${start}\n 8:00:01 (vd) ${message}\n`);
  expect(found.unreadable).toEqual([]);
  const events = found.events.filter((event) => event.kind !== 'seen');
  expect(events).toHaveLength(1);
  const event = events[0];
  if (event === undefined) throw new Error('no event');
  return event;
}

const u = { feature: 'cad', user: 'ana', host: 'ws1', client: 'ana@ws1' };
const examples: readonly (readonly [string, Record<string, unknown>])[] = [
  ['OUT: "cad" ana@ws1  ', { kind: 'checkout', ...u, quantity: 1, handle: '', detail: '' }],
  ['OUT: "cad" ana@ws1  (20 licenses) ', { kind: 'checkout', ...u, quantity: 20 }],
  ['OUT: "cad" ana@ws1 [job-42]  (3 licenses) ', { kind: 'checkout', ...u, quantity: 3, handle: 'job-42' }],
  [
    'IN: "cad" ana@ws1 [job 42 (night)]  (3 licenses)  (SHUTDOWN) ',
    { kind: 'checkin', ...u, quantity: 3, handle: 'job 42 (night)', detail: 'SHUTDOWN' },
  ],
  ['OUT: "cad" ana@ws1 [a]b]', { kind: 'checkout', ...u, handle: 'a]b' }],
  ['OUT: "cad" ana@ws1 [job-42] (3 licenses)', { kind: 'checkout', ...u, quantity: 3, handle: 'job-42' }],
  ['IN: "cad" ana@ws1  (INACTIVE) ', { kind: 'checkin', ...u, detail: 'INACTIVE' }],
  ['IN: "cad" ana@ws1  (SHUTDOWN)', { kind: 'checkin', ...u, detail: 'SHUTDOWN' }],
  ['OUT: cad ana@ws1', { kind: 'checkout', ...u }],
  ['IN: cad ana (2 licenses)', { kind: 'checkin', feature: 'cad', user: 'ana', host: '', client: 'ana', quantity: 2 }],
  ['OUT: cad by ana@ws1', { kind: 'checkout', ...u }],
  ['IN: "cad" by ana@ws1  (2 licenses)', { kind: 'checkin', ...u, quantity: 2 }],
  ['OUT: "cad" byron@ws1', { user: 'byron', client: 'byron@ws1' }],
  ['IN server died: "cad" ana@ws1', { kind: 'checkin', ...u }],
  ['IN server died: cad by ana@ws1', { kind: 'checkin', ...u }],
  ['DENIED: 3 "cad" to ana@ws1', { kind: 'denial', ...u, quantity: 3 }],
  ['DENIED: 3 "a feature" to ana@ws1', { kind: 'denial', ...u, feature: 'a feature', quantity: 3 }],
  ['DENIED: "cad" to ana@ws1  (Feature has expired. (-10,32))', { kind: 'denial', ...u, code: '-10' }],
  ['DENIED: 4 cad to ana@ws1', { kind: 'denial', ...u, quantity: 4, code: '', detail: '' }],
  [
    'DENIED: "cad" ana@ws1  (Licensed number of users already reached. (-4,342))',
    { kind: 'denial', ...u, code: '-4', detail: 'Licensed number of users already reached. (-4,342)' },
  ],
  [
    'DENIED: "cad" ana@ws1  (Licensed number of users already reached. (-4,342:10054 ""))',
    { kind: 'denial', ...u, code: '-4', detail: 'Licensed number of users already reached. (-4,342:10054 "")' },
  ],
  [
    'DENIED: "cad" ana@ws1  (Licensed number of users already reached. (-4,342:104 "Connection reset by peer"))',
    { kind: 'denial', ...u, code: '-4' },
  ],
  [
    'DENIED: "cad" ana@ws1  (25 licenses) (Users are queued for this feature. (-24,332))',
    { kind: 'denial', ...u, quantity: 25, code: '-24', detail: 'Users are queued for this feature. (-24,332)' },
  ],
  [
    'DENIED: "NX93300_modeling-nx" ana  (User/host on EXCLUDE list for feature. (-38,348))',
    { kind: 'denial', feature: 'NX93300_modeling-nx', user: 'ana', host: '', client: 'ana', code: '-38' },
  ],
  [
    'DENIED: "cad" ana@ws1  (Checkout exceeds MAX specified in options file. (-87, 147))',
    { kind: 'denial', ...u, code: '-87' },
  ],
  [
    'UNSUPPORTED: "cad" (00B0 EF6E AFC6 B280 ) ana@ws1  (No such feature exists. (-5,346))',
    { kind: 'unsupported', ...u, code: '-5', detail: 'No such feature exists. (-5,346)' },
  ],
  [
    'UNSUPPORTED: "cad" (PORT_AT_HOST_PLUS   ) ana@ws1  (License server system does not support this feature. (-18,327))',
    { kind: 'unsupported', ...u, code: '-18' },
  ],
  ['QUEUED: "cad" ana@ws1  ', { kind: 'queued', ...u }],
  ['DEQUEUED: "cad" ana@ws1  (2 licenses)', { kind: 'dequeued', ...u, quantity: 2 }],
  ['UPGRADE: "cad" ana@ws1  (5->6 licenses)', { kind: 'upgrade', ...u, quantityBefore: 5, quantity: 6 }],
  [
    'OUT: "cad" Ana Maria@ws-20.example.com  ',
    { user: 'Ana Maria', host: 'ws-20.example.com', client: 'Ana Maria@ws-20.example.com' },
  ],
  ['OUT: "cad" jo.smith-x@WS21  ', { user: 'jo.smith-x', host: 'WS21' }],
  ['OUT: "cad" jo@corp.com@WS21  (2 licenses)', { user: 'jo@corp.com', host: 'WS21', quantity: 2 }],
  ['OUT: "cad" Jo (Ext)@WS21  (2 licenses)', { user: 'Jo (Ext)', host: 'WS21', quantity: 2 }],
  ['OUT: "cad" Müller@Straße7  ', { user: 'Müller', host: 'Straße7', client: 'Müller@Straße7' }],
  ['OUT: "a feature" ana@ws1', { feature: 'a feature' }],
  [
    'OUT: "cad" @ws1 (2) ^^^ 1.0 ana 127.0.0.1 29865 0x12CE 1 3 big ship 11 19 8-8-2023 8:41:56 YES ^^^',
    { kind: 'checkout', ...u, quantity: 2, version: '1.0', handle: '0x12CE', project: 'big ship' },
  ],
  [
    'IN: "cad" @ws1 ^^^ 2024.1 Ana Maria fe80::1 7 12ce 0 3 N/A 11 19 8-8-2023 8:41:56 NO ^^^',
    {
      kind: 'checkin',
      user: 'Ana Maria',
      host: 'ws1',
      client: 'Ana Maria@ws1',
      version: '2024.1',
      handle: '12ce',
      project: '',
    },
  ],
  [
    'DENIED: "cad" @ws1 (Licensed number of users already reached. (-4,342)) ^^^ 1.0 ana 10.0.0.9 1 N/A 3 3 p 11 19 8-8-2023 8:41:56 NO ^^^',
    { kind: 'denial', ...u, code: '-4', handle: '', detail: 'Licensed number of users already reached. (-4,342)' },
  ],
];

test.each(examples)('%s', (message, expected) => {
  expect(one(message)).toMatchObject({ ...expected, vendor: 'vd', server: 'lic01', model: 'concurrent' });
});

test('lines with a byte order mark, carriage returns and padded hours read the same, and have the same identity', () => {
  const plain = reading(flexnet, `${start}\n 9:00:00 (vd) OUT: "cad" ana@ws1  \n`).events[0];
  const odd = reading(flexnet, `\ufeff ${start}\r\n09:00:00 (vd) OUT: "cad" ana@ws1\r\n`).events[0];
  expect(odd).toEqual(plain);
  const { high, low } = identityOf('vd', 'OUT: "cad" ana@ws1');
  expect([plain?.identityHigh, plain?.identityLow]).toEqual([high, low]);
});

test.each([
  ['OUT: nonsense', /no user/],
  ['OUT: "cad ana@ws1', /does not end/],
  ['OUT: "cad"', /no user/],
  ['IN: "cad" @ws1  ', /no user/],
  ['OUT: "cad" ana@ws1 [open', /not a host name/],
  ['OUT: "cad" ana@ws1  [open', /checkout data without/],
  ['UPGRADE: "cad" ana@ws1  ', /a->b licenses/],
  ['OUT: "cad" @ws1 ^^^ 1.0 ana ^^^', /verbose fields/],
])('an activity that cannot be read is kept with its reason: %s', (message, reason) => {
  const found = reading(flexnet, `${start}\n 8:00:01 (vd) ${message}\n`);
  expect(found.events).toHaveLength(1); // `seen`
  expect(found.unreadable).toMatchObject([
    { line: 2, text: ` 8:00:01 (vd) ${message}`, reason: expect.stringMatching(reason) as string },
  ]);
});

test('lines that carry no event are ignored: EXPIRED is a license line, no denial', () => {
  const found = reading(
    flexnet,
    [
      start,
      ' 8:00:02 (vd) EXPIRED: acpreppost',
      ' 8:00:02 (vd) Checkin failed feature "cad": ana ws1 ws1',
      ' 8:00:02 (vd) \t" (0,353:10054 "")"',
      ' 8:00:02 (vd) Server started on lic01 for:\tcad\t',
      ' 8:00:02 (vd) IN use: nothing',
      ' ansyslmd  ansoftd  ',
      '\tal4ansoft\tal4apd',
      '',
      ' 8:00:03 (vd) (@vd-SLOG@) === Memory Usage Info ===',
    ].join('\n'),
  );
  expect(found.events.map((event) => event.kind)).toEqual(['start', 'seen']);
  expect(found.ignored).toBe(9);
  expect(found.unreadable).toEqual([]);
});

test('other text and garbage is unreadable, not lost', () => {
  const found = reading(
    flexnet,
    [start, 'hello world', '25:00:00 (vd) OUT: "cad" a@b', '\u0000\u0001', '\t\u0007'].join('\n'),
  );
  expect(found.unreadable.map(({ line }) => line)).toEqual([2, 3, 4, 5]);
  expect(found.unreadable[0]?.reason).toMatch(/h:mm:ss \(daemon\) message/);
  expect(found.unreadable[1]?.reason).toMatch(/time of day/);
});

test('several daemons; a forked copy belongs to its daemon, a name that ends in _1 stays', () => {
  const found = reading(
    flexnet,
    [
      start,
      ' 8:00:01 (lmgrd) Started cadd (pid 3)',
      ' 8:00:01 (lmgrd) Started simd_1 (internet tcp_port 40001 pid 4)',
      ' 8:00:02 (cadd) OUT: "cad" ana@ws1  ',
      ' 8:00:02 (cadd_2) OUT: "cad" bob@ws1  ',
      ' 8:00:02 (simd_1) OUT: "sim" bob@ws1  ',
      ' 8:00:02 (soled_3) OUT: "sole" bob@ws1  ',
    ].join('\n'),
  );
  const checkouts = found.events.filter((event) => event.kind === 'checkout');
  expect(checkouts.map((event) => event.vendor)).toEqual(['cadd', 'cadd', 'simd_1', 'soled_3']);
});

test('the source is what the user says, else the host in the log, else the name of the file', () => {
  const bare = '8:00:00 (lmgrd) TIMESTAMP 3/27/2026\n8:00:01 (vd) OUT: "cad" ana@ws1';
  expect(reading(flexnet, `${start}\n${bare}`, { server: 'mine' }).server).toBe('mine');
  expect(reading(flexnet, `${bare}\n${start}`).server).toBe('lic01');
  expect(reading(flexnet, bare, { file: '/var/log/flex/berlin-2.log.gz' }).server).toBe('berlin-2');
  expect(reading(flexnet, bare, { account: 'acme' }).events[0]).toMatchObject({ account: 'acme', server: 'test' });
});
