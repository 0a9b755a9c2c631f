import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { flexnet } from '../formats/flexnet/index.ts';
import { detectFormat, InputError } from '../input.ts';

const log = '8:00:00 (lmgrd) TIMESTAMP 3/27/2026\n8:00:01 (vd) OUT: "cad" ana@ws1\n ansyslmd ansoftd\n';
const csv = {
  ...flexnet,
  name: 'csv',
  title: 'Events as CSV',
  looksLike: 'time,kind,feature',
  detect: () => ({ score: 0.1, reason: 'commas' }),
};
const formats = [csv, flexnet];

function refusal(content: string | Buffer, requested = 'auto', file = 'x.log'): InputError {
  try {
    detectFormat(Buffer.from(content), formats, requested, file);
  } catch (error) {
    if (error instanceof InputError) return error;
    throw error;
  }
  throw new Error('not refused');
}

test('a format is chosen by content, and the reason is in words', () => {
  const found = detectFormat(Buffer.from(log), formats, 'auto', 'x.log');
  expect(found.format.name).toBe('flexnet');
  expect(found.reason).toBe('2 of the first 3 lines read "h:mm:ss (daemon) message" (lmgrd, vd)');
  expect(detectFormat(Buffer.from(log, 'utf16le'), formats, 'csv', 'x.log').format.name).toBe('csv');
  expect(detectFormat(Buffer.from(`\ufeff${log}`, 'utf16le'), formats, 'auto', 'x.log').format.name).toBe('flexnet');
});

test('a file of the wrong kind is refused with what was expected and what was found', () => {
  const error = refusal('\n<!DOCTYPE html>\n<html>');
  expect(error.code).toBe('wrong-format');
  expect(error.message).toContain('FlexNet Publisher debug log (flexnet), such as: 17:17:45 (ansyslmd) OUT:');
  expect(error.message).toContain('Events as CSV (csv)');
  expect(error.message).toContain('found: "<!DOCTYPE html>"');
  expect(refusal(Buffer.from([0, 1, 2, 255])).message).toContain('binary data (00 01 02 ff …)');
  expect(refusal('hello', 'flexnet').message).not.toContain('CSV');
});

test('a format that does not exist is refused with those that do', () => {
  expect(refusal(log, 'flexlm').message).toBe('there is no format "flexlm": expected auto or one of csv, flexnet');
});

test('an empty file is told apart from a wrong one', () => {
  expect(refusal('').code).toBe('empty');
  expect(refusal('\n\n').code).toBe('empty');
  expect(detectFormat(Buffer.from(''), formats, 'flexnet', 'x.log').format.name).toBe('flexnet');
});

test.each([
  [
    'lmutil - Copyright (c) 1989-2016 Flexera Software LLC. All Rights Reserved.\nFlexible License Manager status on Thu 11/23/2017 15:08\n',
    /lmstat output/,
  ],
  ['RLM Report Log Format 0, version 12.4, authenticated\nISV: demo, RLM version 12.4\n', /RLM report log/],
  ['03/27 09:12 (demo) OUT: cad v1.0 by ana@ws1\n', /RLM debug log/],
  ['SERVER lic01 001122334455 27000\nVENDOR vd\nFEATURE cad vd 1.0 31-dec-2026 5 SIGN=00AA\n', /license file/],
  ['PK\u0003\u0004...', /ZIP archive/],
])('known files that cannot be ingested are named: %j', (content, what) => {
  const error = refusal(content);
  expect(error.message).toMatch(what);
  expect(error.advice).not.toBe('');
});

test('encrypted report logs are known by their ending', () => {
  expect(refusal(Buffer.from([0x8a, 0x91, 7, 8]), 'auto', 'report.rl').message).toContain('encrypted');
  expect(detectFormat(Buffer.from(log), formats, 'auto', 'really-a-debug-log.rl').format.name).toBe('flexnet');
});

const folder = join(process.cwd(), '..', 'shared', 'data');
const real = existsSync(folder) ? test : test.skip;
real.each(['lmstat-a-1.txt', 'lmstat-a-2.txt', 'lmstat-a-4.txt', 'lmstat-i-1.txt', 'lmstat-server-down.txt'])(
  '%s is an lmstat output',
  (name) => {
    expect(refusal(readFileSync(join(folder, name)), 'auto', name).message).toContain('lmstat output');
  },
);

/** A tar file with one log, as `tar` writes it: `ustar` was not there in the first version. */
function tar(mark: string): Buffer {
  const header = Buffer.alloc(512);
  header.write('debug.log');
  header.write('0000644\0', 100);
  header.write(log.length.toString(8).padStart(11, '0'), 124);
  header.write(' '.repeat(8), 148);
  header.write(mark, 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return Buffer.concat([header, Buffer.from(log.padEnd(1024, '\0'))]);
}

test.each([
  ['tar', tar('ustar'), /a tar archive/],
  ['tar of 1979', tar(''), /a tar archive/],
  ['zip, not compressed', Buffer.from(`PK\x03\x04debug.log${log.repeat(9)}`), /a ZIP archive/],
])('an archive is refused with what to do, also when a format is named: %s', (_name, archive, what) => {
  for (const requested of ['auto', 'flexnet']) {
    const error = refusal(archive, requested);
    expect(error.message).toMatch(what);
    expect(error.advice).toContain('Unpack it first');
  }
});

test('carriage returns alone end lines too', () => {
  const found = detectFormat(Buffer.from(log.replaceAll('\n', '\r')), formats, 'auto', 'x.log');
  expect(found.reason).toBe('2 of the first 3 lines read "h:mm:ss (daemon) message" (lmgrd, vd)');
});
