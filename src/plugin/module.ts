import { DataSourcePlugin } from '@grafana/data';
import { ConfigEditor } from './config/ConfigEditor.tsx';
import { DataSource } from './datasource.ts';
import { QueryEditor } from './query/QueryEditor.tsx';
import { QueryHelp } from './query/QueryHelp.tsx';
import type { LicenseQuery, Options, SecureOptions } from './types.ts';

export const plugin = new DataSourcePlugin<DataSource, LicenseQuery, Options, SecureOptions>(DataSource)
  .setConfigEditor(ConfigEditor)
  .setQueryEditor(QueryEditor)
  .setQueryEditorHelp(QueryHelp);
