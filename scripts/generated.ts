import { generateDashboards, type Generated } from '../dashboards/source/generate.ts';
import { operatorDashboards } from '../dashboards/source/registry.ts';
import { alertingFiles } from '../provisioning/source/files.ts';
import { panelsOf } from '../provisioning/source/panels.ts';
import { defaultSettings } from '../provisioning/source/settings.ts';

/** Whatever `npm run generate` writes. It depends on the sources alone, not on the environment: it is the same everywhere. */
const generators: readonly (() => readonly Generated[])[] = [generateDashboards, generateAlerting];

export const generated = (): readonly Generated[] => generators.flatMap((generate) => generate());

/** Alerting as it is without any variable: only the webhook is written to. */
function generateAlerting(): readonly Generated[] {
  return alertingFiles(defaultSettings, 'npm run generate', panelsOf(operatorDashboards)).map(({ name, text }) => ({
    path: `provisioning/alerting/${name}`,
    text,
  }));
}
