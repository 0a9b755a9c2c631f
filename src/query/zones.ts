/** Whether the runtime knows the IANA time zone (`UTC`, `Europe/Berlin`, …). */
export function isTimeZone(name: string): boolean {
  // Offsets such as "+02:00" pass Intl on newer runtimes only, and have no daylight saving: not accepted anywhere.
  if (name === '' || /^[+-]/.test(name)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}
