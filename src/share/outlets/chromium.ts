import { execFile } from 'node:child_process';
import { access, constants, stat } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { ShareError } from '../errors.ts';

const run = promisify(execFile);

/** Names that packages of Chromium and Chrome give their program; then where macOS keeps them. */
const names = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'chrome', 'microsoft-edge'];
const fixedPlaces = [
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** Time to print; a report takes a few seconds. */
const printMs = 120_000;

export interface Printing {
  readonly page: URL;
  /** File that is written. */
  readonly printed: string;
  /** Directory that the browser may fill, and that the caller removes. */
  readonly profile: string;
  /** Who is said to have made the document. */
  readonly maker: string;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Prints a page that stands alone, without network. Throws `ShareError` (`no_browser`,
 * `pdf_failed`).
 */
export async function printPage({ page, printed, profile, maker, signal }: Printing, env = process.env): Promise<void> {
  const program = await findChromium(env);
  try {
    const asked = [
      ...switches,
      // Chromium names the system it runs on as the document's creator; a customer gets what made the report.
      `--user-agent=${maker}`,
      `--user-data-dir=${profile}`,
      `--print-to-pdf=${printed}`,
      page.href,
    ];
    await run(program, asked, {
      timeout: printMs,
      killSignal: 'SIGKILL',
      ...(signal !== undefined && { signal }),
    });
    if ((await stat(printed)).size === 0) throw new Error('the file is empty');
  } catch (error) {
    if (signal?.aborted === true) throw error;
    throw new ShareError(
      'pdf_failed',
      `${program} could not print the report: ${firstLine(error)}`,
      'Try the program by hand (chromium --headless --version), or share html instead and print that.',
      { cause: error },
    );
  }
}

const switches = [
  '--headless',
  '--disable-gpu',
  '--no-first-run',
  '--no-pdf-header-footer',
  // Wide enough for a page of paper, so that what is measured is not that of a phone.
  '--window-size=1240,1754',
  // The page is a file and asks nothing; the browser itself shall not either.
  '--host-resolver-rules=MAP * ~NOTFOUND',
  '--proxy-server=127.0.0.1:9',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-extensions',
  // Small /dev/shm of containers.
  '--disable-dev-shm-usage',
  // Its sandbox does not start as root, as programs in containers often run.
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
];

/** Whether a PDF can be made here. */
export async function canPrint(env: NodeJS.ProcessEnv = process.env): Promise<boolean> {
  try {
    await findChromium(env);
    return true;
  } catch (error) {
    if (error instanceof ShareError) return false;
    throw error;
  }
}

/** The variable `CHROMIUM`, then the usual names on the PATH. Throws `ShareError` (`no_browser`). */
export async function findChromium(env: NodeJS.ProcessEnv): Promise<string> {
  const given = env['CHROMIUM'];
  if (given !== undefined && given !== '') {
    if (await isProgram(given)) return given;
    throw new ShareError(
      'no_browser',
      `CHROMIUM: expected the path of a Chromium that can be run, found "${given}".`,
      'Correct it, or leave it out: the usual places are looked at.',
    );
  }
  const folders = (env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  const places = [...names.flatMap((name) => folders.map((folder) => join(folder, name))), ...fixedPlaces];
  for (const place of places) if (await isProgram(place)) return place;
  throw new ShareError(
    'no_browser',
    'A PDF is printed by Chromium, and none is installed here.',
    'Install it (Debian: apt-get install chromium), or name it in CHROMIUM; or share html, and print that in a browser.',
  );
}

async function isProgram(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch (error) {
    // Not there, or not to be run: the next place is looked at.
    if (typeof error === 'object' && error !== null && 'syscall' in error) return false;
    throw error;
  }
}

const firstLine = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split('\n').slice(0, 2).join(' ').slice(0, 300);
