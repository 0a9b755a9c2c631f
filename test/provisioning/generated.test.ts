import { readdirSync, readFileSync } from 'node:fs';
import { generated } from '../../scripts/generated.ts';

const folder = 'provisioning/alerting';
const alerting = generated().filter(({ path }) => path.startsWith(`${folder}/`));

/** What is generated is committed as it is: after a change of the sources, `npm run generate`. */
test.each(alerting)('$path is what its source says', ({ path, text }) => {
  expect(readFileSync(path, 'utf8')).toBe(text);
});

test('nothing else is in the folder: Grafana reads whatever is', () => {
  expect(readdirSync(folder).map((name) => `${folder}/${name}`)).toEqual(alerting.map(({ path }) => path).sort());
});

test('texts that some readers of YAML take for something else are quoted', () => {
  for (const { text } of alerting) expect(text).not.toMatch(/[:-] (=|y|n|yes|no|on|off|~)$/im);
});
