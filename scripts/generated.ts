import { alertingFiles } from '../provisioning/source/files.ts';
import { defaultSettings } from '../provisioning/source/settings.ts';

export interface Generated {
  /** From the project's top level, with `/`. */
  readonly path: string;
  readonly content: string;
}

/** Whatever `npm run generate` writes. It depends on the sources alone, not on the environment: what is committed is the same everywhere. */
const generators: readonly (() => readonly Generated[])[] = [alerting];

export const generated = (): readonly Generated[] => generators.flatMap((generate) => generate());

/** Alerting as it is without any variable: only the webhook is written to. */
function alerting(): readonly Generated[] {
  return alertingFiles(defaultSettings, 'npm run generate').map(({ name, content }) => ({
    path: `provisioning/alerting/${name}`,
    content,
  }));
}
