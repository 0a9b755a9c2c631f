import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { ownBranding } from '../branding.ts';
import { timeText } from '../render/display.ts';
import { hashOf } from '../render/document.ts';
import { paperRules } from '../render/style.ts';
import type { Snapshot } from '../snapshot.ts';
import { printPage } from './chromium.ts';
import type { FileOutlet } from './outlet.ts';
import { pagination, paper } from './pagination.ts';

/** The HTML page, printed on A4 by the Chromium that is installed: account and range above, page numbers below. */
export const pdf: FileOutlet = {
  name: 'pdf',
  help: 'the page, printed on A4 (needs Chromium)',
  extension: 'pdf',
  mediaType: 'application/pdf',
  open: async (snapshot, { signal } = {}) => {
    const directory = await mkdtemp(join(tmpdir(), 'license-analytics-pdf-'));
    try {
      const page = join(directory, 'report.html');
      const printed = join(directory, 'report.pdf');
      await writeFile(page, await printablePage(snapshot), { mode: 0o600 });
      await printPage({
        page: pathToFileURL(page),
        printed,
        profile: join(directory, 'profile'),
        maker: (snapshot.branding ?? ownBranding).name,
        signal,
      });
      return Readable.from([await readFile(printed)]);
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  },
};

/** The page with what stands around it on paper. */
export async function printablePage(snapshot: Snapshot): Promise<string> {
  const { renderPage } = await import('../render/page.ts');
  const style = paperStyle(snapshot);
  // The page allows its own style and script only, by their hashes: these are added to them. All places stand before any text of the frames.
  return (
    renderPage(snapshot)
      .replace('style-src ', () => `style-src ${hashOf(style)} `)
      .replace('script-src ', () => `script-src ${hashOf(pagination)} `)
      .replace('</head>', () => `<style>${style}</style><script type="module">${pagination}</script></head>`)
      // Nobody unfolds paper; only newer Chromium is told so by the style.
      .replace('<details class="rules marks">', () => '<details class="rules marks" open>')
  );
}

/** Page numbers are Chromium's from version 131 on (CSS Paged Media, margin boxes); an older one leaves them out. */
function paperStyle({ account, range, timezone, branding = ownBranding }: Snapshot): string {
  const from = timeText(range.from, timezone, 'yyyy-MM-dd HH:mm');
  const to = timeText(range.to, timezone, 'yyyy-MM-dd HH:mm');
  const font = 'font:8pt sans-serif;color:#555';
  // As on paper on the screen, too: `pagination` measures there.
  return `${paperRules}body{width:${paper.width}mm}
@page{margin:${paper.margins};
@top-left{content:${cssText(account ?? 'All accounts')};${font}}
@top-right{content:${cssText(`${from} to ${to} (${timezone})`)};${font}}
@bottom-left{content:${cssText([branding.name, branding.contact ?? ''].join(' ').trim())};${font}}
@bottom-right{content:"Page " counter(page) " of " counter(pages);${font}}}`;
}

/** A CSS string of any text: whatever is no letter, digit or space is written by its number. */
const cssText = (text: string): string =>
  `"${text.replace(/[^\p{L}\p{N} ]/gu, (sign) => `\\${(/\p{C}/u.test(sign) ? 32 : (sign.codePointAt(0) ?? 32)).toString(16)} `)}"`;
