/** The data source of provisioning/datasources: rules name it by its uid, they know no variables. */
export const datasource = { type: 'licenseanalytics-licenseserver-datasource', uid: 'license-analytics' } as const;

/** The folder that dashboards and rules are in. */
export const folder = 'License Analytics';

export const severities = ['critical', 'warning'] as const;
export type Severity = (typeof severities)[number];

/** Whose turn it is. Denials have owners of their own (src/denials): administrators and support are operations here. */
export const owners = ['operations', 'sales', 'renewals', 'customer-success'] as const;
export type Owner = (typeof owners)[number];
