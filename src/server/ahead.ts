/** Clocks of servers differ by less, ms. */
const tolerance = 5 * 60_000;

/** Whether a source's last line lies in the future: its times were read in the wrong time zone. */
export const isAhead = ({ lastLine }: { readonly lastLine: string }, now: number): boolean =>
  Date.parse(lastLine) > now + tolerance;
