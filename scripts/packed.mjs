/** What the bundle has in it, or building it needs: not installed with the package. A checkout has them without its development packages. */
export const builtIn = ['echarts', 'esbuild'];

/** package.json as the npm package has it: nothing is built, tested or developed there. */
export function packageManifest({ scripts, devDependencies, allowScripts, dependencies, ...manifest }) {
  const needed = Object.entries(dependencies).filter(([name]) => !builtIn.includes(name));
  return { ...manifest, dependencies: Object.fromEntries(needed) };
}

/** README.md as the npm package has it: there the command is installed, and nothing is built or tested. */
export function packageReadme(text) {
  const replaced = [
    ['```\nnpm start\n```', '```\nnpx license-analytics start\n```'],
    ['`npm start --port=9000`', '`npx license-analytics start --port 9000`'],
    ['It installs what it needs, makes up', 'It makes up'],
    [/`npm test` runs all tests\..*\n\n/, ''],
    [/npm run --silent cli -- /g, 'license-analytics '],
    [
      '## Your own FlexNet log\n\n',
      '## Your own FlexNet log\n\n`npm install --global license-analytics` installs the command.\n\n',
    ],
  ];
  return replaced.reduce((all, [from, to]) => {
    const next = all.replace(from, to);
    if (next === all) throw new Error(`README.md has no ${String(from)} any more: see scripts/packed.mjs`);
    return next;
  }, text);
}
