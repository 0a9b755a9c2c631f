import type { Dimension } from '../../src/query/dimensions.ts';

/** The type of our data source: the plugin's id (`plugin.json`). */
export const datasourceType = 'licenseanalytics-licenseserver-datasource';

/** Whom a dashboard is for. Every panel builder is told: it decides data source, filters and links. */
export interface Page {
  /** Uid of the data source, or the variable that holds it. */
  readonly datasource: string;
  /** Dimensions that the dashboard has a variable for. A panel takes those that its measure knows. */
  readonly variables: readonly Dimension[];
  /** The one account whose figures are shown, where it is no variable. */
  readonly account?: string;
  /** Whether the other dashboards are there to lead on to. */
  readonly linked: boolean;
}

/** For those who run license servers: any data source, filters as variables, links to everything. */
export const forOperators = (...variables: readonly Dimension[]): Page => ({
  datasource: '${datasource}',
  variables,
  linked: true,
});

/**
 * For one customer: no variables (public dashboards have none), no way to other dashboards, every question about this account.
 * The data source's token should be limited to the account as well.
 */
export const forCustomer = (account: string, datasource: string): Page => ({
  datasource,
  variables: [],
  account,
  linked: false,
});

export const datasourceOf = ({ datasource }: Page) => ({ type: datasourceType, uid: datasource });
