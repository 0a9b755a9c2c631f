import { InvalidArgumentError } from 'commander';

const seconds: Readonly<Record<string, number>> = { m: 60, h: 3600, d: 86_400, w: 604_800, y: 31_536_000 };

/** `30d`, `12h`, `2w`, `1y` as seconds; `never` is 0. Throws commander's `InvalidArgumentError`. */
export function lifetime(text: string): number {
  if (text === 'never') return 0;
  const [, count, unit = ''] = /^(\d{1,4})([mhdwy])$/.exec(text) ?? [];
  const length = Number(count) * (seconds[unit] ?? 0);
  if (length > 0) return length;
  throw new InvalidArgumentError('Expected a number with m, h, d, w or y, such as 30d; or never.');
}
