import { DataSourcePlugin } from '@grafana/data';
import { initPluginTranslations } from '@grafana/i18n';
import { ConfigEditor } from './config/ConfigEditor.tsx';
import { DataSource } from './datasource.ts';
import { QueryEditor } from './query/QueryEditor.tsx';
import { QueryHelp } from './query/QueryHelp.tsx';
import type { LicenseQuery, Options, SecureOptions } from './types.ts';

// Done before anything is shown: Grafana has loaded the texts of the user's language together with the plugin.
void initPluginTranslations('licenseanalytics-licenseserver-datasource');

export const plugin = new DataSourcePlugin<DataSource, LicenseQuery, Options, SecureOptions>(DataSource)
  .setConfigEditor(ConfigEditor)
  .setQueryEditor(QueryEditor)
  .setQueryEditorHelp(QueryHelp);
