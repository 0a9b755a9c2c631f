/** What a question can group and filter by (issue §4). The order is the one of the editor. */
export const dimensions = [
  'account',
  'product',
  'feature',
  'version',
  'server',
  'vendor',
  'model',
  'user',
  'host',
  'client',
  'project',
  'denialFamily',
  'denialReason',
] as const;
export type Dimension = (typeof dimensions)[number];

/** Display names of the dimensions: column headings and editor labels. */
export const dimensionTitles: Readonly<Record<Dimension, string>> = {
  account: 'Account',
  product: 'Product',
  feature: 'Feature',
  version: 'Version',
  server: 'Server',
  vendor: 'Vendor daemon',
  model: 'License model',
  user: 'User',
  host: 'Host',
  client: 'Client',
  project: 'Project',
  denialFamily: 'Denial family',
  denialReason: 'Denial reason',
};

/** What only a denial has. */
export const denialDimensions = ['denialFamily', 'denialReason'] as const satisfies readonly Dimension[];

/** Who used a license, below the account. */
export const personDimensions = ['user', 'host', 'client', 'project'] as const satisfies readonly Dimension[];
