import type { Browser } from '@playwright/test';
import { chromium } from '@playwright/test';
import { existsSync } from 'node:fs';

/** The Chromium of the system: nothing is downloaded. Throws, with what to do, where there is none. */
export async function openBrowser(): Promise<Browser> {
  const places = [process.env['CHROMIUM'] ?? '', '/usr/bin/chromium', '/usr/bin/google-chrome'];
  const executablePath = places.find((path) => path !== '' && existsSync(path));
  if (executablePath === undefined) {
    throw new Error(
      'These tests need Chromium. Install it (Debian: apt-get install chromium) or set CHROMIUM to where it is.',
    );
  }
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
}
