import { reading, type Reading } from '../reading.test-helper.ts';
import { flexnet } from './index.ts';

const anchor = '8:00:00 (lmgrd) TIMESTAMP 3/27/2026';
const clock = (time: number): string => (time === 0 ? '' : new Date(time).toISOString().slice(11, 19));

function life(lines: readonly string[]): string[] {
  const found: Reading = reading(flexnet, [anchor, ...lines].join('\n'));
  expect(found.unreadable).toEqual([]);
  return found.events
    .filter((event) => ['start', 'exit', 'reread'].includes(event.kind))
    .map((event) => `${event.line} ${event.kind} ${event.vendor} ${clock(event.previous)}`.trim());
}

test("lmgrd's line is the start; a reread starts nothing", () => {
  expect(
    life([
      '8:00:01 (lmgrd) Started vd (internet tcp_port 40001 pid 6305)', // 2
      '8:00:02 (vd) FlexNet Licensing version v11.19.1.0 build 285685 x64_lsb',
      '8:00:02 (vd) Server started on lic01 for:\tcad',
      '8:30:00 (vd) OUT: "cad" ana@ws1  ',
      '9:00:00 (vd) Rereading license file...', // 6
      '9:00:00 (vd) Server started on lic01 for:\tcad',
      '9:00:00 (vd) ...Finished rereading',
      '10:00:00 (vd) Server started on lic01 for:\tcad',
    ]),
  ).toEqual(['2 start vd', '6 reread vd']);
});

test('a crash and a restart: sessions end at the last line of the daemon, not of lmgrd', () => {
  expect(
    life([
      '8:00:01 (lmgrd) Started vd (pid 6305)', // 2
      '8:30:00 (vd) OUT: "cad" ana@ws1  ',
      '8:40:00 (vd) Lost connection to lmgrd, heartbeat timeout expired, exiting.', // 4
      '8:41:00 (lmgrd) vd exited with status 58 ()', // the same death
      '8:42:00 (lmgrd) REStarted vd (pid 34452)', // 6
      '8:42:00 (vd) Server started on lic01 for:\tcad',
    ]),
  ).toEqual(['2 start vd', '4 exit vd', '6 start vd 08:40:00']);
});

test("where lmgrd's lines are missing, Server started on is the start", () => {
  expect(
    life([
      '8:30:00 (vd) OUT: "cad" ana@ws1  ',
      '8:40:00 (vd) EXITING DUE TO SIGNAL 15', // 3
      '8:45:00 (vd) FlexNet Licensing version v11.19.1.0 build 285685 x64_lsb',
      '8:45:01 (vd) Server started on lic01 for:\tcad', // 5
      '9:00:00 (vd) Rereading license file...', // 6
      '9:00:00 (vd) Server started on lic01 for:\tcad',
      '9:10:00 (vd) Server started on lic01 for:\tcad', // 8
    ]),
  ).toEqual(['3 exit vd', '5 start vd 08:40:00', '6 reread vd', '8 start vd 09:00:00']);
});

test('a death ends a reread that is under way, and the next start counts', () => {
  expect(
    life([
      '8:00:01 (lmgrd) Started vd (pid 6305)', // 2
      '9:00:00 (vd) Rereading license file...', // 3
      '9:00:01 (vd) EXITING DUE TO SIGNAL 11', // 4
      '9:05:00 (vd) Server started on lic01 for:\tcad', // 5
    ]),
  ).toEqual(['2 start vd', '3 reread vd', '4 exit vd', '5 start vd 09:00:01']);
});

test('features that expire make the daemon reread; a shutdown is an exit', () => {
  expect(
    life([
      '8:00:01 (lmgrd) Started vd (pid 6305)', // 2
      '0:00:01 (vd) base expired -- rereading to update', // 3
      '9:00:00 (vd) Shutdown requested from compbio@resflexlm01 IP=72.34.149.200', // 4
    ]),
  ).toEqual(['2 start vd', '3 reread vd', '4 exit vd']);
});

test("lmgrd's reread is one of all its daemons", () => {
  expect(
    life([
      '8:30:00 (vd) OUT: "cad" ana@ws1  ',
      '9:00:00 (lmgrd) Rereading license file...',
      '9:00:00 (lmgrd) ...Finished rereading',
      '9:00:01 (vd) Server started on lic01 for:\tcad',
      '9:30:00 (lmgrd) EXITING DUE TO SIGNAL 15',
      '9:30:00 (vd) daemon shutdown requested - shutting down', // 7
    ]),
  ).toEqual(['7 exit vd']);
});

test('what becomes of a forked copy is not what becomes of its daemon', () => {
  expect(
    life([
      '8:00:01 (lmgrd) Started vd (pid 6305)', // 2
      '8:30:00 (vd_2) OUT: "cad" ana@ws1  ',
      '8:40:00 (vd_2) EXITING DUE TO SIGNAL 15',
      '8:50:00 (vd) Server started on lic01 for:\tcad',
    ]),
  ).toEqual(['2 start vd']);
});

test('at its end a log says when each vendor daemon wrote its last line, whatever that line was', () => {
  const found = reading(
    flexnet,
    [
      anchor,
      '8:30:00 (a) OUT: "cad" ana@ws1  ',
      '8:31:00 (b) Checkin failed feature "x": y',
      '8:32:00 (a_1) (@a-SLOG@) ===',
      '8:50:00 (lmgrd) TIMESTAMP 3/27/2026',
    ].join('\n'),
  );
  expect(
    found.events.filter((event) => event.kind === 'seen').map((event) => [event.vendor, clock(event.time)]),
  ).toEqual([
    ['a', '08:32:00'],
    ['b', '08:31:00'],
  ]);
  expect(found.lastTime.slice(11, 19)).toBe('08:50:00');
});
