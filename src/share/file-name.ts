import { DateTime } from 'luxon';
import type { Snapshot } from './snapshot.ts';

/**
 * A name for the file of a report: letters, digits, `-` and `_` only, so that it is one file in the folder it is meant for
 * whatever the account is called, on every system. Example: `license-usage-acme-2026-01-01-2026-01-31.xlsx`.
 */
export function reportFileName({ account, range, timezone }: Snapshot, extension: string): string {
  const day = (time: number): string => DateTime.fromMillis(time, { zone: timezone }).toISODate() ?? 'unknown';
  const about = safe(account ?? '') || 'all';
  return `license-usage-${about}-${day(range.from)}-${day(range.to - 1)}.${extension}`;
}

/** Names are cut: file systems take 255 bytes, and a letter may be four. */
const safe = (name: string): string =>
  (/^.{0,40}/u.exec(name.normalize('NFC').replace(/[^\p{L}\p{N}_-]+/gu, '-'))?.[0] ?? '').replace(/^-+|-+$/g, '');
