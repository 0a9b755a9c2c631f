import type { Increment } from './license-file.ts';

/** One UPGRADE line: so many licenses of versions from `from` up to (not including) `to` become licenses of `to`. */
export interface Upgrade {
  readonly name: string;
  readonly vendor: string;
  readonly from: string;
  readonly to: string;
  /** Last day of the upgraded licenses, as ISO text. */
  readonly end: string;
  /** 0 = all there are. */
  readonly quantity: number;
  readonly line: number;
}

/** Moves licenses to newer versions, line by line in the order of the file; an upgrade of more than there are moves what there are. */
export function applyUpgrades(
  increments: readonly Increment[],
  upgrades: readonly Upgrade[],
  notices: string[],
): readonly Increment[] {
  return upgrades.reduce((before, upgrade) => {
    let left = upgrade.quantity === 0 ? Infinity : upgrade.quantity;
    const after = before.flatMap((increment) => {
      if (!applies(upgrade, increment) || left === 0) return [increment];
      const upgraded = {
        ...increment,
        version: upgrade.to,
        end: minimum(increment.end, upgrade.end),
        line: upgrade.line,
      };
      if (increment.uncounted) return [upgraded];
      const moved = Math.min(left, increment.quantity);
      left -= moved;
      const rest = increment.quantity - moved;
      return [...(rest > 0 ? [{ ...increment, quantity: rest }] : []), { ...upgraded, quantity: moved }];
    });
    if (
      left > 0 &&
      left !== Infinity &&
      !before.some((increment) => applies(upgrade, increment) && increment.uncounted)
    ) {
      notices.push(
        `line ${upgrade.line} (UPGRADE ${upgrade.name}): ${upgrade.quantity - left} of ${upgrade.quantity} licenses found in versions ${upgrade.from} to ${upgrade.to}`,
      );
    }
    return after;
  }, increments);
}

function applies(upgrade: Upgrade, increment: Increment): boolean {
  return (
    increment.name === upgrade.name &&
    increment.vendor === upgrade.vendor &&
    compareVersions(increment.version, upgrade.from) >= 0 &&
    compareVersions(increment.version, upgrade.to) < 0
  );
}

/** FlexNet versions are decimal fractions (1.10 is 1.1, older than 1.2); what is no number is compared as text. */
function compareVersions(a: string, b: string): number {
  const difference = Number(a) - Number(b);
  if (!Number.isNaN(difference)) return difference;
  return a < b ? -1 : a > b ? 1 : 0;
}

function minimum(a: string, b: string): string {
  return a < b ? a : b;
}
