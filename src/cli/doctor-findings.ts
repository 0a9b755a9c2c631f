/** One thing that was looked at. */
export interface Finding {
  readonly check: string;
  readonly state: 'ok' | 'warning' | 'wrong';
  readonly found: string;
  /** What to do; empty when all is well. */
  readonly todo: string;
}

export const good = (check: string, found: string): Finding => ({ check, state: 'ok', found, todo: '' });
export const warning = (check: string, found: string, todo: string): Finding => ({
  check,
  state: 'warning',
  found,
  todo,
});
export const bad = (check: string, found: string, todo: string): Finding => ({ check, state: 'wrong', found, todo });
