// Reads the PDF on standard input with Mozilla's pdf.js and writes what it holds as JSON. A program of its own: pdf.js is an ES
// module that jest does not load.
import { buffer } from 'node:stream/consumers';
import { getDocument, VerbosityLevel } from 'pdfjs-dist/legacy/build/pdf.mjs';

/** What those who hear the page are told of its pictures. */
function alternativesOf(node) {
  if (node === null) return [];
  return [...(node.alt === undefined ? [] : [node.alt]), ...(node.children ?? []).flatMap(alternativesOf)];
}

const data = new Uint8Array(await buffer(process.stdin));
const pdf = await getDocument({ data, verbosity: VerbosityLevel.ERRORS, useSystemFonts: false }).promise;
const { info, metadata } = await pdf.getMetadata();

const pages = [];
for (let number = 1; number <= pdf.numPages; number++) {
  const page = await pdf.getPage(number);
  const { items } = await page.getTextContent();
  pages.push({
    text: items.map(({ str, hasEOL }) => str + (hasEOL ? '\n' : '')).join(''),
    // Width and height in points.
    size: page.view.slice(2),
    lines: items.filter(({ str }) => str.trim() !== '').map(({ transform }) => transform[5]),
    annotations: (await page.getAnnotations()).map(({ subtype, url, unsafeUrl }) => ({ subtype, url, unsafeUrl })),
    scripts: await page.getJSActions(),
    alternatives: alternativesOf(await page.getStructTree()),
  });
}
process.stdout.write(
  JSON.stringify({
    info,
    metadata: metadata?.getRaw() ?? null,
    pages,
    scripts: await pdf.getJSActions(),
    openAction: await pdf.getOpenAction(),
    attachments: await pdf.getAttachments(),
    outline: await pdf.getOutline(),
  }),
);
