import { readdirSync, readFileSync } from 'node:fs';
import { generated } from '../../scripts/generated.ts';

/** What is generated is committed as it is: after a change of the sources, `npm run generate`. */
test.each(generated())('$path is what its source says', ({ path, text }) => {
  expect(readFileSync(path, 'utf8')).toBe(text);
});

test('nothing else is in the folder of the alerting files: Grafana reads whatever is', () => {
  const names = generated().flatMap(({ path }) =>
    path.startsWith('provisioning/alerting/') ? [path.slice('provisioning/alerting/'.length)] : [],
  );
  expect(names).not.toEqual([]);
  expect(readdirSync('provisioning/alerting').sort()).toEqual([...names].sort());
});
