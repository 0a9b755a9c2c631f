import { appendFile, chmod, copyFile, mkdtemp, rename, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { EventStore } from '../../src/ingest/event-store.ts';
import { createFollower, type Follower, type Look } from '../../src/ingest/following/follower.ts';
import { followFiles } from '../../src/ingest/following/follow.ts';
import { followPointOf } from '../../src/ingest/following/state.ts';
import { formats } from '../../src/ingest/formats/registry.ts';
import { createEventStore } from '../../src/store/event-store.ts';
import { openTestStore, type TestStore } from '../support/store.ts';

/** Log files as they live on a license server: they grow, are rotated, truncated, come and go. */
let store: TestStore;
let folder: string;
let log: string;
beforeAll(async () => {
  store = await openTestStore();
});
afterAll(() => store.close());
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'license-analytics-follow-'));
  log = join(folder, 'lic.log');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

let tests = 0;
let server = '';
beforeEach(() => {
  server = `lic${++tests}`;
});

/** A server process that follows: a new one knows only what is stored. */
function following(
  names: readonly string[] = [log],
  broken: (events: EventStore) => EventStore = (events) => events,
): {
  readonly look: () => Promise<Look>;
  readonly state: Follower['state'];
} {
  const events = broken(createEventStore(store.connection));
  const options = { timezone: 'UTC' };
  const follower = createFollower({
    sources: () => [{ names, format: 'auto', source: { server, account: 'acme' } }],
    formats,
    options,
    points: async () => (await events.checkpoints()).flatMap((one) => followPointOf(one) ?? []),
    follow: (files) => followFiles(events, files, options),
  });
  return { look: () => follower.look(Date.now()), state: follower.state };
}

const start = '08:00:00 (lmgrd) FlexNet Licensing (v11.16.2) started on lic01 (linux) (3/2/2026)\n';
const started = '08:00:01 (lmgrd) Started acmed (internet tcp_port 4000 pid 9)\n';
const out = (time: string, who: string): string => `${time} (acmed) OUT: "cad" ${who}  \n`;
const denied = (time: string, who: string): string =>
  `${time} (acmed) DENIED: "cad" ${who}  (Licensed number of users already reached. (-4,342))\n`;

/** Kind, time and client of what is stored of the server, in order. */
async function stored(): Promise<string[]> {
  const { rows } = await store.connection.query(
    `SELECT concat(toString(kind), ' ', formatDateTime(e.time, '%T', 'UTC'), ' ', c.client) FROM events AS e
     LEFT JOIN (SELECT account, number, client FROM clients FINAL) AS c ON c.account = e.account AND c.number = e.client
     WHERE server = {server:String} AND kind IN ('checkout', 'checkin', 'denial') ORDER BY e.time, seq`,
    { server },
  );
  return rows.map(([text]) => String(text));
}

const lines = async (): Promise<unknown> =>
  (
    await store.connection.query('SELECT toFloat64(lines) FROM source_lines WHERE server = {server:String}', {
      server,
    })
  ).rows[0]?.[0];

it('a denial is known at the first look after its line was written', async () => {
  const { look } = following();
  await writeFile(log, start + started + out('09:00:00', 'ann@ws1'));
  await look();
  await appendFile(log, denied('09:01:00', 'bob@ws2'));
  expect(await look()).toMatchObject({ files: 1, lines: 1 });
  expect(await stored()).toEqual(['checkout 09:00:00 ann@ws1', 'denial 09:01:00 bob@ws2']);
  expect(await look()).toEqual({ files: 0, lines: 0, notices: [] });
});

it('an unfinished last line waits for its newline', async () => {
  const { look } = following();
  const line = out('09:00:00', 'ann@ws1');
  await writeFile(log, start + line.slice(0, 25));
  await look();
  expect(await stored()).toEqual([]);
  await appendFile(log, line.slice(25, -1));
  await look();
  expect(await stored()).toEqual([]);
  await appendFile(log, '\n');
  await look();
  expect([await stored(), await lines()]).toEqual([['checkout 09:00:00 ann@ws1'], 2]);
});

it('equal lines of one second are different events, also when a look falls between them', async () => {
  const { look } = following();
  await writeFile(log, start + denied('09:00:00', 'bob@ws2'));
  await look();
  await appendFile(log, denied('09:00:00', 'bob@ws2'));
  await look();
  await following().look();
  expect(await stored()).toEqual(['denial 09:00:00 bob@ws2', 'denial 09:00:00 bob@ws2']);
});

it('a line from far back is told from its equal in the file: all of it is looked at again, and counts once', async () => {
  const { look } = following();
  await writeFile(log, start + denied('11:00:00', 'bob@ws2') + out('12:00:00', 'ann@ws1'));
  await look();
  // The clock was set back by an hour.
  await appendFile(log, denied('11:00:00', 'bob@ws2'));
  await look();
  expect([await stored(), await lines()]).toEqual([
    ['denial 11:00:00 bob@ws2', 'denial 11:00:00 bob@ws2', 'checkout 12:00:00 ann@ws1'],
    4,
  ]);
});

it('lines before the first date of a log wait for it, and are told of', async () => {
  const { look, state } = following();
  await writeFile(log, out('09:00:00', 'ann@ws1') + out('09:05:00', 'bob@ws2'));
  await look();
  expect([await stored(), state()[0]?.waiting]).toEqual([[], 2]);
  await appendFile(log, '10:00:00 (acmed) TIMESTAMP 3/2/2026\n');
  await look();
  expect([await stored(), state()[0]?.waiting]).toEqual([
    ['checkout 09:00:00 ann@ws1', 'checkout 09:05:00 bob@ws2'],
    0,
  ]);
});

it('a server that starts after days of silence: its first lines wait for the date that it says', async () => {
  const { look, state } = following();
  await writeFile(log, start + started + out('17:00:00', 'ann@ws1'));
  await look();
  await appendFile(
    log,
    '09:00:00 (lmgrd) -----------------------------------------------\n09:00:00 (acmed) OUT: "cad" early@ws3  \n',
  );
  await look();
  expect(state()[0]?.waiting).toBe(2);
  await appendFile(
    log,
    `09:00:05 (lmgrd) FlexNet Licensing (v11.16.2) started on lic01 (linux) (3/9/2026)\n${out('09:01:00', 'bob@ws2')}`,
  );
  await look();
  const { rows } = await store.connection.query(
    `SELECT formatDateTime(time, '%F %T', 'UTC') FROM events WHERE server = {server:String} AND kind = 'checkout' ORDER BY time`,
    { server },
  );
  expect(rows.flat()).toEqual(['2026-03-02 17:00:00', '2026-03-09 09:00:00', '2026-03-09 09:01:00']);
});

describe('a restart of the process', () => {
  it('goes on from the checkpoint and reads no more than what is new', async () => {
    const many = Array.from({ length: 20_000 }, (_, i) =>
      out(
        `${String(9 + Math.floor(i / 3600)).padStart(2, '0')}:${String(Math.floor(i / 60) % 60).padStart(2, '0')}:${String(i % 60).padStart(2, '0')}`,
        `user${i % 50}@ws1`,
      ),
    );
    await writeFile(log, start + started + many.join(''));
    await following().look();
    const next = denied('15:00:00', 'bob@ws2').repeat(3);
    await appendFile(log, next);
    let bytes = 0;
    const events = createEventStore(store.connection);
    const follower = createFollower({
      sources: () => [{ names: [log], format: 'auto', source: { server, account: 'acme' } }],
      formats,
      options: { timezone: 'UTC' },
      points: async () => (await events.checkpoints()).flatMap((one) => followPointOf(one) ?? []),
      follow: (files) =>
        followFiles(
          events,
          files.map((file) => ({
            ...file,
            input: {
              ...file.input,
              open: (from, until) => {
                const opened = file.input.open(from, until);
                opened.stream.on('data', (chunk: Buffer) => void (bytes += chunk.length));
                return opened;
              },
            },
          })),
          { timezone: 'UTC' },
        ),
    });
    expect(await follower.look(Date.now())).toMatchObject({ files: 1, lines: 3 });
    // Three passes over the new lines, and a kilobyte at either end.
    expect(bytes).toBeLessThan(3 * next.length + 4096);
    expect((await stored()).filter((text) => text.startsWith('denial'))).toHaveLength(3);
    expect(await lines()).toBe(20_005);
  });

  it('that died before it noted how far it had read: the lines come again, and count once', async () => {
    await writeFile(log, start + out('09:00:00', 'ann@ws1'));
    await following().look();
    await appendFile(log, denied('09:00:00', 'bob@ws2').repeat(2));
    const died = following([log], (events) => ({
      ...events,
      saveCheckpoints: () => Promise.reject(new Error('died here')),
    }));
    await expect(died.look()).rejects.toThrow('died here');
    await following().look();
    expect(await stored()).toEqual(['checkout 09:00:00 ann@ws1', 'denial 09:00:00 bob@ws2', 'denial 09:00:00 bob@ws2']);
  });

  it('does not count again what nobody has added to', async () => {
    await writeFile(log, start + out('09:00:00', 'ann@ws1'));
    await following().look();
    await following().look();
    expect(await lines()).toBe(2);
  });
});

describe('rotation', () => {
  it('by renaming: the rest of the old file and all of the new one are read', async () => {
    const { look } = following([join(folder, 'lic.log*')]);
    await writeFile(log, start + started + out('09:00:00', 'ann@ws1'));
    await look();
    await appendFile(log, out('09:01:00', 'bob@ws2'));
    await rename(log, `${log}.1`);
    await writeFile(log, `09:02:00 (acmed) TIMESTAMP 3/2/2026\n${out('09:03:00', 'cy@ws3')}`);
    expect((await look()).notices).toEqual([]);
    expect(await stored()).toEqual([
      'checkout 09:00:00 ann@ws1',
      'checkout 09:01:00 bob@ws2',
      'checkout 09:03:00 cy@ws3',
    ]);
    expect(await lines()).toBe(6);
  });

  it('while the process was not running, with the old file compressed', async () => {
    const names = [join(folder, 'lic.log*')];
    const old = start + started + out('09:00:00', 'ann@ws1');
    await writeFile(log, old);
    await following(names).look();
    await rm(log);
    await writeFile(`${log}.1.gz`, gzipSync(old + out('09:01:00', 'bob@ws2')));
    await writeFile(log, `09:02:00 (acmed) TIMESTAMP 3/2/2026\n${out('09:03:00', 'cy@ws3')}`);
    await following(names).look();
    expect(await stored()).toEqual([
      'checkout 09:00:00 ann@ws1',
      'checkout 09:01:00 bob@ws2',
      'checkout 09:03:00 cy@ws3',
    ]);
    expect(await lines()).toBe(6);
  });

  it('a rotated file that rests: its last line counts without a newline', async () => {
    const { look } = following([join(folder, 'lic.log*')]);
    await writeFile(log, start + out('09:00:00', 'ann@ws1'));
    await look();
    await appendFile(log, out('09:01:00', 'bob@ws2').trimEnd());
    await rename(log, `${log}.1`);
    await look();
    expect(await stored()).toHaveLength(1);
    await look();
    await look();
    expect(await stored()).toEqual(['checkout 09:00:00 ann@ws1', 'checkout 09:01:00 bob@ws2']);
  });

  it('to a name that no source covers: what was not read yet is told to be lost', async () => {
    const { look } = following();
    await writeFile(log, start + out('09:00:00', 'ann@ws1'));
    await look();
    await rename(log, join(folder, 'old'));
    await writeFile(log, `09:02:00 (acmed) TIMESTAMP 3/2/2026\n${out('09:03:00', 'cy@ws3')}`);
    expect((await look()).notices).toEqual([
      {
        file: log,
        text: expect.stringMatching(/another one took its place; it was read up to byte 120\..*lost/) as string,
      },
    ]);
    expect(await stored()).toEqual(['checkout 09:00:00 ann@ws1', 'checkout 09:03:00 cy@ws3']);
  });

  it("a daemon that starts in the new file: its users' sessions end at its last line in the old one", async () => {
    const { look } = following([join(folder, 'lic.log*')]);
    await writeFile(log, start + started + out('09:00:00', 'ann@ws1'));
    await look();
    await appendFile(log, '09:30:00 (acmed) a word of the daemon\n');
    await look();
    await rename(log, `${log}.1`);
    await writeFile(log, start.replace('08:', '12:') + started.replace('08:', '12:') + out('12:10:00', 'bob@ws2'));
    await look();
    const { rows } = await store.connection.query(
      `SELECT formatDateTime(end, '%T', 'UTC'), toString(ending) FROM sessions WHERE server = {server:String} AND ending = 'restart'`,
      { server },
    );
    expect(rows).toEqual([['09:30:00', 'restart']]);
  });
});

describe('truncation', () => {
  it('the file is read from its start again', async () => {
    const { look } = following();
    await writeFile(log, start + started + out('09:00:00', 'ann@ws1'));
    await look();
    await truncate(log, 0);
    expect((await look()).notices).toHaveLength(1);
    await appendFile(log, `09:02:00 (acmed) TIMESTAMP 3/2/2026\n${out('09:03:00', 'cy@ws3')}`);
    await look();
    expect(await stored()).toEqual(['checkout 09:00:00 ann@ws1', 'checkout 09:03:00 cy@ws3']);
  });

  it('copied and truncated: the copy is known to be one, and its rest is read', async () => {
    const { look } = following([join(folder, 'lic.log*')]);
    await writeFile(log, start + started + out('09:00:00', 'ann@ws1'));
    await look();
    await appendFile(log, out('09:01:00', 'bob@ws2'));
    await copyFile(log, `${log}.1`);
    await truncate(log, 0);
    await appendFile(log, `09:02:00 (acmed) TIMESTAMP 3/2/2026\n${out('09:03:00', 'cy@ws3')}`);
    await look();
    expect(await stored()).toEqual([
      'checkout 09:00:00 ann@ws1',
      'checkout 09:01:00 bob@ws2',
      'checkout 09:03:00 cy@ws3',
    ]);
    expect(await lines()).toBe(6);
  });

  it('rewritten with other lines of at least the same length', async () => {
    const { look } = following();
    await writeFile(log, start + out('09:00:00', 'ann@ws1'));
    await look();
    await writeFile(log, start + out('09:00:00', 'zoe@ws9') + out('09:30:00', 'bob@ws2'));
    await look();
    expect(await stored()).toEqual([
      'checkout 09:00:00 ann@ws1',
      'checkout 09:00:00 zoe@ws9',
      'checkout 09:30:00 bob@ws2',
    ]);
  });
});

describe('files that come and go', () => {
  it('a file that is not there yet is a problem until it comes', async () => {
    const { look, state } = following();
    await look();
    expect(state()[0]?.problems).toEqual([
      { file: log, message: expect.stringContaining('no such file') as string, todo: 'Check the path.' },
    ]);
    await writeFile(log, start + out('09:00:00', 'ann@ws1'));
    await look();
    expect([await stored(), state()[0]?.problems]).toEqual([['checkout 09:00:00 ann@ws1'], []]);
  });

  it('a file that vanishes and comes back goes on where it was', async () => {
    const { look, state } = following();
    await writeFile(log, start + out('09:00:00', 'ann@ws1'));
    await look();
    await rename(log, join(folder, 'away'));
    expect((await look()).notices[0]?.text).toMatch(/the file is gone/);
    expect(state()[0]?.problems).toHaveLength(1);
    await rename(join(folder, 'away'), log);
    await appendFile(log, out('09:01:00', 'bob@ws2'));
    expect(await look()).toMatchObject({ lines: 1 });
    expect(await stored()).toEqual(['checkout 09:00:00 ann@ws1', 'checkout 09:01:00 bob@ws2']);
  });

  it('a glob finds files that come later', async () => {
    const { look } = following([join(folder, '*.log')]);
    await writeFile(log, start + out('09:00:00', 'ann@ws1'));
    await look();
    await writeFile(join(folder, 'other.log'), `${start}${out('09:30:00', 'bob@ws2')}`);
    await look();
    expect(await stored()).toEqual(['checkout 09:00:00 ann@ws1', 'checkout 09:30:00 bob@ws2']);
  });

  // Root may read everything.
  (process.getuid?.() === 0 ? it.skip : it)('a file that may not be read is told, and tried again', async () => {
    const { look, state } = following();
    await writeFile(log, start + out('09:00:00', 'ann@ws1'));
    await chmod(log, 0o000);
    await look();
    expect(state()[0]?.problems[0]).toMatchObject({ message: expect.stringContaining('no permission') as string });
    await chmod(log, 0o644);
    await look();
    expect([await stored(), state()[0]?.problems]).toEqual([['checkout 09:00:00 ann@ws1'], []]);
  });

  it('a file that cannot be read for a while is told, tried again, and goes on where it was', async () => {
    const { look, state } = following();
    const away = join(folder, 'away');
    await writeFile(log, start + out('09:00:00', 'ann@ws1'));
    await look();
    await rename(log, away);
    // A link to itself: an error of the file system that holds for root, too.
    await symlink(log, log);
    await look();
    expect(state()[0]?.problems).toEqual([
      { file: log, message: expect.stringContaining('cannot be read') as string, todo: 'Check the file and its disk.' },
    ]);
    await rename(away, log);
    await appendFile(log, out('09:01:00', 'bob@ws2'));
    expect(await look()).toMatchObject({ lines: 1 });
    expect(state()[0]?.problems).toEqual([]);
    expect(await stored()).toEqual(['checkout 09:00:00 ann@ws1', 'checkout 09:01:00 bob@ws2']);
  });

  it('a file of another kind is told, and takes nothing away from the others', async () => {
    const { look, state } = following([join(folder, '*')]);
    await writeFile(join(folder, 'notes.txt'), 'shopping list: milk, eggs\n');
    await writeFile(log, start + out('09:00:00', 'ann@ws1'));
    await look();
    expect(await stored()).toEqual(['checkout 09:00:00 ann@ws1']);
    expect(state()[0]?.problems.map(({ file }) => file)).toEqual([join(folder, 'notes.txt')]);
  });
});

it('lines that were ingested by hand meanwhile count once', async () => {
  const { look } = following();
  await writeFile(log, start + out('09:00:00', 'ann@ws1'));
  await look();
  await appendFile(log, out('09:01:00', 'bob@ws2').repeat(2));
  await copyFile(log, join(folder, 'copy'));
  await following([join(folder, 'copy')]).look();
  await look();
  expect(await stored()).toEqual([
    'checkout 09:00:00 ann@ws1',
    'checkout 09:01:00 bob@ws2',
    'checkout 09:01:00 bob@ws2',
  ]);
});
