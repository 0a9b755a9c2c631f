import type { Increment } from './license-file.ts';

/** One PACKAGE line: what the licenses of a package are licenses of. */
export interface Package {
  readonly name: string;
  readonly vendor: string;
  /** Empty when the line has none: then it goes with every version of the package. */
  readonly version: string;
  readonly components: readonly { readonly feature: string; readonly version: string; readonly count: number }[];
  /** OPTIONS=SUITE: a checkout of a component also checks out the package, so both are counted. */
  readonly suite: boolean;
  readonly line: number;
}

/**
 * Adds the components of packages: n licenses of the package are n × count licenses of each component, for the same days,
 * with the package as product and package. Without OPTIONS=SUITE the package itself cannot be checked out and has no row of its own.
 */
export function addComponents(
  increments: readonly Increment[],
  packages: readonly Package[],
  notices: string[],
): { readonly increment: Increment; readonly package: string }[] {
  const used = new Set<Package>();
  const rows = increments.flatMap((increment) => {
    const found = packages.find((candidate) => enables(increment, candidate));
    if (!found) return [{ increment, package: '' }];
    used.add(found);
    const components = found.components.map((component) => ({
      increment: {
        ...increment,
        name: component.feature,
        version: component.version || increment.version,
        quantity: increment.quantity * component.count,
        uncounted: increment.uncounted || component.count === 0,
      },
      package: found.name,
    }));
    return found.suite ? [{ increment, package: found.name }, ...components] : components;
  });
  for (const unused of packages.filter((candidate) => !used.has(candidate))) {
    notices.push(
      `line ${unused.line} (PACKAGE ${unused.name}) gives nothing: no FEATURE or INCREMENT line has its name and version`,
    );
  }
  return rows;
}

function enables(increment: Increment, candidate: Package): boolean {
  return (
    increment.name === candidate.name &&
    increment.vendor === candidate.vendor &&
    (candidate.version === '' || candidate.version === increment.version)
  );
}
