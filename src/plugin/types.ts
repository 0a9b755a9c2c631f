import type { DataSourceJsonData } from '@grafana/data';
import type { DataQuery } from '@grafana/schema';
import type { QuestionInput } from '../query/question.ts';

/** A saved query is the question itself, its fields beside Grafana's own: alerts and public dashboards send it as saved. */
export type LicenseQuery = DataQuery & Partial<Omit<QuestionInput, 'having'>> & { having?: QueryHaving | undefined };

/** A threshold may be a dashboard variable; it is a number when the query is sent. */
export type QueryHaving = Omit<NonNullable<QuestionInput['having']>, 'value'> & { value: number | string };

export type QueryFilter = NonNullable<LicenseQuery['filters']>[number];

/** Settings of the data source that are no secret. The server's address is Grafana's own `url`. */
export interface Options extends DataSourceJsonData {
  /** Only these accounts, as far as the token may see them; none = all that the token may see. */
  accounts?: string[];
  /** Time zone of days, weeks and months in new questions; IANA name. */
  timezone?: string;
  /** Seconds that an answer may take; Grafana's own name, read by its SDK. */
  timeout?: number | undefined;
  /** Whether to ask through Grafana's proxy; Grafana's own name, read by its SDK. */
  enableSecureSocksProxy?: boolean;
}

export interface SecureOptions {
  token?: string;
}
