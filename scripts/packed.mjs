import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * What the bundle has in it, or building it needs: not installed with the package. A checkout has them without its development packages.
 * Of chdb only the native bindings are installed: npm would ask about its install script, which does nothing.
 */
export const builtIn = ['chdb', 'echarts', 'esbuild'];

/**
 * package.json as the npm package has it: nothing is built, tested or developed there.
 * @param engine package.json of chdb, whose bindings it names, one for each platform
 */
export function packageManifest({ scripts, devDependencies, allowScripts, dependencies, ...manifest }, engine) {
  const needed = Object.entries(dependencies).filter(([name]) => !builtIn.includes(name));
  return {
    ...manifest,
    dependencies: Object.fromEntries(needed),
    optionalDependencies: engine.optionalDependencies,
  };
}

/** The licenses of what the bundle has in it, as theirs ask for: `folders` are those of the packages. */
export function licensesOf(folders) {
  return folders
    .map((folder) => {
      const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
      const texts = [folder, join(folder, 'licenses')]
        .flatMap((place) =>
          (existsSync(place) ? readdirSync(place, { withFileTypes: true }) : []).map((entry) => [place, entry]),
        )
        .filter(([, entry]) => entry.isFile() && /^(licen[cs]e|notice)/i.test(entry.name))
        .map(([place, { name: file }]) => readFileSync(join(place, file), 'utf8').trim());
      if (texts.length === 0) throw new Error(`${folder} has no license to hand on with the bundle`);
      return [`# ${name} ${version} (${license})`, ...texts].join('\n\n');
    })
    .join('\n\n');
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
