import { readEntitlementsCsv } from './csv.ts';
import { EntitlementsError, type EntitlementDefaults, type EntitlementsReading } from './entitlement.ts';
import { readLicenseFile } from './license-file.ts';

/** Entitlements of one document, its kind told by its content. Never throws because of what the document holds. */
export function readEntitlements(text: string, file: string, defaults: EntitlementDefaults): EntitlementsReading {
  return isLicenseFile(text) ? readLicenseFile(text, file, defaults) : readEntitlementsCsv(text, file, defaults);
}

/**
 * A FlexNet license file rather than a table: a line like `FEATURE name vendor 1.0 31-dec-2026`, or one that begins with a
 * keyword in capitals and has no delimiter of a table.
 */
export function isLicenseFile(text: string): boolean {
  return (
    /^\uFEFF?[ \t]*(FEATURE|INCREMENT)([ \t]+[^\s,;]+){3}[ \t]+(permanent|0|\d{1,2}-[a-z]{3}-\d{1,4})(\s|$)/im.test(
      text,
    ) || /^\uFEFF?(SERVER|VENDOR|DAEMON|FEATURE|INCREMENT|UPGRADE|PACKAGE) +[^\s,;|]+( [^\t,;|\r\n]*)?\r?$/m.test(text)
  );
}

/** As `readEntitlements`, for callers that load: throws `EntitlementsError` with all problems when there are any. */
export function requireEntitlements(
  text: string,
  file: string,
  defaults: EntitlementDefaults,
): Extract<EntitlementsReading, { ok: true }> {
  const reading = readEntitlements(text, file, defaults);
  if (!reading.ok) throw new EntitlementsError(file, reading.problems);
  return reading;
}
