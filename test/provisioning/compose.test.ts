import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { channelVariables, textVariables } from '../../provisioning/source/settings.ts';

/** Docker Compose: one service writes the alerting files, Grafana reads them. Both need the same variables. */
interface Service {
  readonly environment: Readonly<Record<string, string>>;
  readonly volumes: readonly string[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
}
const { services } = parse(readFileSync('docker-compose.yml', 'utf8'), { merge: true }) as {
  readonly services: { readonly alerting: Service; readonly grafana: Service };
};
const { alerting, grafana } = services;

test('whatever decides what is written is handed on, and nothing has to be set', () => {
  for (const name of Object.values({ ...channelVariables, ...textVariables }))
    expect(alerting.environment[name]).toBe(`\${${name}:-}`);
  for (const name of Object.values(channelVariables))
    expect(grafana.environment[name]).toBe(alerting.environment[name]);
});

test('the files are there before Grafana starts, where it reads them', () => {
  expect(alerting.volumes).toEqual(['alerting:/out']);
  expect(grafana.volumes).toContain('alerting:/etc/grafana/provisioning/alerting:ro');
  expect(grafana.depends_on?.['alerting']).toEqual({ condition: 'service_completed_successfully' });
});
