/** Whether the runtime knows the IANA time zone (`UTC`, `Europe/Berlin`, …). */
export function isTimeZone(name: string): boolean {
  // Offsets such as "+02:00" pass Intl on newer runtimes only, and have no daylight saving: not accepted anywhere.
  if (name === '' || /^[+-]/.test(name)) return false;
  if (known.has(name)) return true;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    known.add(name);
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/** To look one up takes longer than to answer a small question. What is no zone is not kept: there is no end of such names. */
const known = new Set<string>();
