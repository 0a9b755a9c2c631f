import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { existsSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import type { ReaderSink } from '../format.ts';
import { flexnet } from '../formats/flexnet/index.ts';
import { hasLoneReturns } from './lines.ts';
import { expandInputs, fileInput, lineBlocks, longestLine, readInput, type Input, type LineOptions } from '../input.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'input-test-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const nothing = (): Readable => Readable.from([]);

async function linesOf(
  input: Input,
  options?: LineOptions,
): Promise<{ lines: string[]; ends: number[]; complete: boolean }> {
  const lines: string[] = [];
  const ends: number[] = [];
  let complete = true;
  for await (const block of lineBlocks(input, options)) {
    expect(block.firstNumber).toBe((options?.start?.number ?? 1) + lines.length);
    lines.push(...block.lines);
    ends.push(...block.ends);
    complete = block.complete;
  }
  return { lines, ends, complete };
}

async function file(content: string | Buffer, name = 'a.log'): Promise<Input> {
  const path = join(folder, name);
  await writeFile(path, content);
  return fileInput(path);
}

describe('what the user names', () => {
  beforeEach(async () => {
    await mkdir(join(folder, 'logs', 'old'), { recursive: true });
    for (const name of ['a.log', 'a.log.2', 'a.log.10', '.hidden', 'old/b.log', 'x[1].log']) {
      await writeFile(join(folder, 'logs', name), name);
    }
  });
  const names = async (...given: string[]): Promise<string[]> =>
    (
      await expandInputs(
        given.map((name) => join(folder, name)),
        nothing(),
      )
    ).map((input) => input.name.slice(folder.length + 1));

  test('files, patterns and directories, each file once, numbers by value', async () => {
    expect(await names('logs/a.log')).toEqual(['logs/a.log']);
    expect(await names('logs/a.log.*')).toEqual(['logs/a.log.2', 'logs/a.log.10']);
    expect(await names('logs')).toEqual([
      'logs/a.log',
      'logs/a.log.2',
      'logs/a.log.10',
      'logs/old/b.log',
      'logs/x[1].log',
    ]);
    expect(await names('logs/a.log.10', 'logs/a.log*')).toEqual(['logs/a.log.10', 'logs/a.log', 'logs/a.log.2']);
    expect(await names('logs/x[1].log')).toEqual(['logs/x[1].log']);
  });

  test('a link to a file that is named too counts once', async () => {
    await symlink(join(folder, 'logs/a.log'), join(folder, 'logs/link.log'));
    expect(await names('logs/a.log', 'logs/link.log')).toEqual(['logs/a.log']);
  });

  test('what names nothing is an error that says so', async () => {
    await expect(names('nowhere.log')).rejects.toMatchObject({
      code: 'not-found',
      message: expect.stringContaining('nowhere.log: no such file') as string,
    });
    await expect(names('logs/*.csv')).rejects.toMatchObject({
      code: 'not-found',
      message: expect.stringContaining('no file matches') as string,
    });
    await mkdir(join(folder, 'empty'));
    await expect(names('empty')).rejects.toMatchObject({ code: 'not-found' });
  });

  test('standard input can be read twice, compressed too, and leaves nothing behind', async () => {
    const before = readdirSync(tmpdir()).filter((name) => name.startsWith('license-analytics-stdin-'));
    for (const content of [Buffer.from('one\ntwo\n'), gzipSync('one\ntwo\n')]) {
      const [input] = await expandInputs(['-'], Readable.from([content.subarray(0, 5), content.subarray(5)]));
      if (input === undefined) throw new Error('no input');
      expect(input.name).toBe('-');
      for (let i = 0; i < 2; i++) expect((await linesOf(input)).lines).toEqual(['one', 'two']);
      await input.close();
    }
    expect(readdirSync(tmpdir()).filter((name) => name.startsWith('license-analytics-stdin-'))).toEqual(before);
  });
});

describe('lines', () => {
  test('a last line without newline counts, and is known to be unfinished', async () => {
    expect(await linesOf(await file('a\nb'))).toEqual({ lines: ['a', 'b'], ends: [2, 3], complete: false });
    expect(await linesOf(await file('a\nb\n'))).toEqual({ lines: ['a', 'b'], ends: [2, 4], complete: true });
    expect(await linesOf(await file(''))).toEqual({ lines: [], ends: [], complete: true });
    expect((await linesOf(await file('\n\n'))).lines).toEqual(['', '']);
  });

  test('byte order mark and carriage returns are no part of a line; offsets count them', async () => {
    expect(await linesOf(await file('\ufeffa\r\nb\r\n'))).toMatchObject({ lines: ['a', 'b'], ends: [6, 9] });
  });

  test('UTF-8, and Latin-1 where a line is no UTF-8', async () => {
    const content = Buffer.concat([
      Buffer.from('Müller\n'),
      Buffer.from('Stra\xdfe\n', 'latin1'),
      Buffer.from('plain\n'),
    ]);
    expect(await linesOf(await file(content))).toMatchObject({
      lines: ['Müller', 'Straße', 'plain'],
      ends: [8, 15, 21],
    });
  });

  test('UTF-16, as Windows redirection writes it', async () => {
    const little = Buffer.from('\ufeffaü\r\nb\r\n', 'utf16le');
    const expected = { lines: ['aü', 'b'], ends: [10, 16] };
    expect(await linesOf(await file(little))).toMatchObject(expected);
    expect(await linesOf(await file(Buffer.from(little).swap16()))).toMatchObject(expected);
  });

  test('carriage returns alone end lines too, from any line on', async () => {
    const input = await file('a\rb\rc\r');
    expect(await linesOf(input)).toEqual({ lines: ['a', 'b', 'c'], ends: [2, 4, 6], complete: true });
    expect((await linesOf(input, { start: { offset: 4, number: 3 } })).lines).toEqual(['c']);
    expect((await linesOf(await file('a\rb\nc\r\n'))).lines).toEqual(['a\rb', 'c']);
  });

  test('zeros at the start of a file are no line: a log that was emptied while its server wrote has them', async () => {
    const hole = Buffer.alloc(longestLine + 5);
    const input = await file(Buffer.concat([hole, Buffer.from('a\nb\n')]));
    expect(await linesOf(input)).toMatchObject({ lines: ['a', 'b'], ends: [hole.length + 2, hole.length + 4] });
    expect((await input.head()).toString()).toBe('a\nb\n');
    expect((await linesOf(await file(Buffer.alloc(9)))).lines).toEqual([]);
  });

  test('an over-long line is cut, and the lines after it are whole', async () => {
    const long = 'x'.repeat(longestLine * 2 + 17);
    const input = await file(`a\n${long}\nb\n`);
    let cut: number[] = [];
    const found = await linesOf(input);
    for await (const block of lineBlocks(input)) cut = [...cut, ...block.cut];
    expect(found.lines.map((line) => line.length)).toEqual([1, longestLine, 1]);
    expect(found.ends).toEqual([2, long.length + 3, long.length + 5]);
    expect(cut).toEqual([2]);
  });

  const anyBytes = fc.oneof(
    fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
    fc
      .array(fc.constantFrom('a', 'ü', '\n', '\r\n', '€', '\ufeff'), { maxLength: 60 })
      .map((parts) => Buffer.from(parts.join(''))),
    fc.array(fc.constantFrom('a', '\r', '\0'), { maxLength: 9 }).map((parts) => Buffer.from(parts.join(''))),
  );

  test('plain or compressed, from any line on: the same lines at the same offsets', async () => {
    await fc.assert(
      fc.asyncProperty(anyBytes, fc.nat(), async (bytes, at) => {
        fc.pre(!(bytes[0] === 0xff && bytes[1] === 0xfe) && !(bytes[0] === 0xfe && bytes[1] === 0xff));
        const whole = await linesOf(await file(bytes));
        const packed = await file(gzipSync(bytes), 'b.gz');
        expect(await linesOf(packed)).toEqual(whole);
        expect(whole.ends.at(-1) ?? 0).toBe(whole.lines.length === 0 ? 0 : bytes.length);
        const end = hasLoneReturns(bytes) ? 13 : 10;
        const newlines = bytes.filter((byte) => byte === end).length;
        expect(whole.lines).toHaveLength(newlines + (whole.complete ? 0 : 1));
        if (whole.lines.length < 2) return;
        const from = 1 + (at % (whole.lines.length - 1));
        const start = { offset: whole.ends[from - 1] ?? 0, number: from + 1 };
        expect((await linesOf(packed, { start })).lines).toEqual(whole.lines.slice(from));
        expect((await linesOf(await file(bytes), { start })).ends).toEqual(whole.ends.slice(from));
        expect((await linesOf(packed, { until: start.offset })).lines).toEqual(whole.lines.slice(0, from));
      }),
      { numRuns: 60 },
    );
  });

  test('many blocks', async () => {
    const lines = Array.from({ length: 50_000 }, (_, i) => `line ${i} ${i % 1000 === 0 ? 'ü' : ''}`);
    const found = await linesOf(await file(gzipSync(lines.join('\n'))));
    expect(found.lines).toEqual(lines);
    expect(found.ends.at(-1)).toBe(Buffer.byteLength(lines.join('\n')));
  });
});

describe('reading a file with a format', () => {
  const lines = [
    '8:00:00 (lmgrd) TIMESTAMP 3/27/2026',
    '8:00:01 (vd) OUT: "cad" ana@ws1',
    'rubbish',
    '8:00:02 (vd) IN: "cad" ana@ws1',
  ];

  function collect(): { sink: ReaderSink; log: string[] } {
    const log: string[] = [];
    const sink: ReaderSink = {
      event: (event, line) => void log.push(`${line} ${event.kind}`),
      part: () => void log.push('part'),
      unreadable: (line) => void log.push(`${line} unreadable`),
      undated: (line) => void log.push(`${line} undated`),
      ignored: () => undefined,
      sourceName: (server) => void log.push(server),
      lastLine: () => undefined,
      notice: (text) => void log.push(text),
    };
    return { sink, log };
  }

  test('reports in order, waits after each block, and says how far it got', async () => {
    const input = await file(lines.join('\n'), 'berlin.log');
    const { sink, log } = collect();
    const passes: string[] = [];
    const end = await readInput(
      input,
      flexnet,
      { file: input.name, timezone: 'UTC' },
      sink,
      async ({ pass, bytes }) => {
        await new Promise(setImmediate);
        passes.push(`${pass} ${bytes === input.size}`);
      },
    );
    expect(log).toEqual(['berlin', '2 checkout', '3 unreadable', '4 checkin', '4 seen']);
    expect([...new Set(passes)]).toEqual(['survey true', 'read true']);
    expect(end).toMatchObject({ lines: 4, offset: input.size, bytes: input.size, complete: false });
  });

  test('a compressed file that is cut short gives the lines it has, then the error', async () => {
    const many = [
      ...lines,
      ...Array.from(
        { length: 20_000 },
        (_, i) => `9:${String(Math.floor(i / 400)).padStart(2, '0')}:00 (vd) OUT: "cad" u${(i * 7919) % 9973}@ws1`,
      ),
    ];
    const packed = gzipSync(many.join('\n'));
    const input = await file(packed.subarray(0, packed.length - 2000), 'cut.log.gz');
    const { sink, log } = collect();
    await expect(
      readInput(input, flexnet, { file: input.name, timezone: 'UTC' }, sink, () => undefined),
    ).rejects.toMatchObject({ code: 'damaged', message: expect.stringContaining('ends too early') as string });
    expect(log.slice(0, 4)).toEqual(['cut', '2 checkout', '3 unreadable', '4 checkin']);
    expect(log.length).toBeGreaterThan(5000);
  });

  test('a time zone that does not exist is refused', async () => {
    const { sink } = collect();
    const context = { file: 'x', timezone: 'Europe/Madird' };
    await expect(
      readInput(await file(lines.join('\n')), flexnet, context, sink, () => undefined),
    ).rejects.toMatchObject({
      code: 'unknown-timezone',
    });
  });

  test('an error of the store is passed on, and nothing more is reported after it', async () => {
    const { sink, log } = collect();
    const input = await file(lines.join('\n'));
    const fail = {
      ...sink,
      event: () => {
        throw new Error('store is gone');
      },
    };
    await expect(
      readInput(input, flexnet, { file: input.name, timezone: 'UTC' }, fail, () => undefined),
    ).rejects.toThrow('store is gone');
    expect(log).toEqual(['a']);
    expect(existsSync(input.name)).toBe(true);
  });

  test('lines appended between the two passes are left for the next time', async () => {
    const input = await file(`${lines.join('\n')}\n`);
    const { sink, log } = collect();
    const end = await readInput(input, flexnet, { file: input.name, timezone: 'UTC' }, sink, async ({ pass }) => {
      if (pass === 'survey') await writeFile(input.name, `${lines.join('\n')}\n9:00:00 (vd) OUT: "late" ana@ws1\n`);
    });
    expect(end.lines).toBe(4);
    expect(log.filter((entry) => entry.endsWith('checkout'))).toEqual(['2 checkout']);
  });
});
