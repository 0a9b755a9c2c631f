import { DataSourcePlugin } from '@grafana/data';
import { DataSource } from './datasource.ts';
import { ConfigEditor } from './config/ConfigEditor.tsx';
import { QueryEditor } from './query/QueryEditor.tsx';
import type { LicenseQuery, Options, SecureOptions } from './types.ts';

export const plugin = new DataSourcePlugin<DataSource, LicenseQuery, Options, SecureOptions>(DataSource)
  .setConfigEditor(ConfigEditor)
  .setQueryEditor(QueryEditor);
