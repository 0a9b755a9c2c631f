import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Command } from 'commander';
import { reportFileName } from '../../share/file-name.ts';
import { usageTable } from '../../share/outlets/csv.ts';
import type { FileOutlet } from '../../share/outlets/outlet.ts';
import { fileOutlets } from '../../share/outlets/registry.ts';
import type { Io } from '../io.ts';
import { UsageError } from '../io.ts';
import type { ReportOptions } from './report.ts';
import { withCustomerReport, withReport } from './report.ts';

interface FileOptions extends ReportOptions {
  readonly out?: string;
  readonly table?: string;
}

/** `share html`, `share pdf`, …: one command for each form of file. */
export function fileCommands(share: Command, io: Io): void {
  for (const outlet of fileOutlets) {
    const command = withReport(share.command(outlet.name))
      .description(outlet.help)
      .option('--out <file>', 'where it is written; - is standard output (default: a name made of account and range)');
    if (outlet.name === 'csv') command.option('--table <title>', 'another table of the report, by its title');
    command.action(async ({ out, table, ...options }: FileOptions) => {
      const whole = outlet.name === 'csv' ? (table ?? usageTable) : undefined;
      await withCustomerReport({ ...options, whole }, io, async (snapshot) => {
        const bytes = await outlet.open(snapshot, { table });
        if (out === '-') return writeOut(bytes, outlet, io);
        const file = out ?? reportFileName(snapshot, outlet.extension);
        await writeWhole(bytes, file);
        io.out(`${file}\n`);
      });
    });
  }
}

async function writeOut(bytes: Readable, { name, mediaType }: FileOutlet, io: Io): Promise<void> {
  if (!/^text\/|json/.test(mediaType))
    throw new UsageError(`--out -: ${name} is no text. Name a file: --out report.${name}`);
  bytes.setEncoding('utf8');
  for await (const chunk of bytes) io.out(String(chunk));
}

/** A report that breaks off must not stand there as a whole one, nor take the place of an older one. */
async function writeWhole(bytes: Readable, file: string): Promise<void> {
  const unfinished = `${file}.${randomUUID().slice(0, 8)}.part`;
  try {
    await pipeline(bytes, createWriteStream(unfinished, { flags: 'wx' }));
    await rename(unfinished, file);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw fileError(file, error);
  }
}

function fileError(file: string, error: unknown): unknown {
  const system = typeof error === 'object' && error !== null && 'syscall' in error && 'code' in error;
  if (!system) return error;
  return new UsageError(
    `--out: expected a file that can be written, found ${file} (${String(error.code)}). Name another.`,
  );
}
