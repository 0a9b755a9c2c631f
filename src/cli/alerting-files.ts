import { operatorDashboards } from '../../dashboards/source/registry.ts';
import { alertingFiles, type AlertingFile } from '../../provisioning/source/files.ts';
import { panelsOf } from '../../provisioning/source/panels.ts';
import type { Settings } from '../../provisioning/source/settings.ts';

/** The files of Grafana's alerting for these settings. A module of its own: builders of dashboards load slowly. */
export const alertingFilesFor = (settings: Settings): readonly AlertingFile[] =>
  alertingFiles(settings, 'license-analytics provision alerting', panelsOf(operatorDashboards));
