import type { DataSourceInstanceSettings } from '@grafana/data';
import { DataSourceWithBackend } from '@grafana/runtime';
import type { LicenseQuery, Options } from './types.ts';

export class DataSource extends DataSourceWithBackend<LicenseQuery, Options> {
  constructor(settings: DataSourceInstanceSettings<Options>) {
    super(settings);
  }
}
