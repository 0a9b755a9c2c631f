import { Readable } from 'node:stream';
import type { FileOutlet } from './outlet.ts';

/** One page that stands alone: charts as SVG, nothing asked from outside. */
export const html: FileOutlet = {
  name: 'html',
  help: 'one self-contained page with charts and tables',
  extension: 'html',
  mediaType: 'text/html; charset=utf-8',
  open: async (snapshot) => {
    const { renderPage } = await import('../render/page.ts');
    return Readable.from([renderPage(snapshot)]);
  },
};
