import type { Attachment } from './report.ts';

/** Bytes of a table in a mail: mail services take 20 to 25 MB, and what is attached grows by a third on its way. */
export const mostTableBytes = 10_000_000;

/** What fits into a mail, and a sentence for its reader where that is not all of it. */
export interface Fitted {
  readonly attachment: Attachment;
  readonly missing: string | undefined;
}

const [quote, lineFeed] = [0x22, 0x0a];

/** A CSV that is too long for a mail ends after its last whole row that fits. Other files are as they are. */
export function fitting(attachment: Attachment, most = mostTableBytes): Fitted {
  const { bytes, contentType, filename } = attachment;
  if (!contentType.startsWith('text/csv') || bytes.length <= most) return { attachment, missing: undefined };
  let [quoted, end] = [false, 0];
  // Without the row of titles.
  let [kept, all] = [-1, -1];
  for (const [i, byte] of bytes.entries()) {
    if (byte === quote) quoted = !quoted;
    if (byte !== lineFeed || quoted) continue;
    all += 1;
    if (i < most) [end, kept] = [i + 1, all];
  }
  return {
    attachment: { ...attachment, bytes: bytes.subarray(0, end) },
    missing: `${filename} has the first ${kept.toLocaleString('en')} of ${all.toLocaleString('en')} rows: more do not fit into a mail. Ask for the rest.`,
  };
}
