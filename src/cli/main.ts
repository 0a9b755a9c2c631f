#!/usr/bin/env node
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import packageJson from '../../package.json' with { type: 'json' };
import { runCli } from './program.ts';

/** Waits until everything written has left the process: a pipe takes only so much at once. */
const drained = (stream: NodeJS.WriteStream): Promise<void> =>
  new Promise((resolve) => stream.write('', () => resolve()));

async function main(): Promise<void> {
  // Whoever reads our answer may stop reading (head): that is no fault.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
  process.exitCode = await runCli(
    process.argv.slice(2),
    {
      out: (given) => void process.stdout.write(given),
      err: (given) => void process.stderr.write(given),
      interactive: process.stderr.isTTY,
      env: process.env,
      readStdin: () => text(process.stdin),
    },
    {
      version: packageJson.version,
      childEntry: fileURLToPath(new URL('./server-child.js', import.meta.url)),
    },
  );
  await Promise.all([drained(process.stdout), drained(process.stderr)]);
}

void main();
