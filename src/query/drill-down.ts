/** Dashboards that cells and series lead to (made by `dashboards/`), by the dimension that is clicked. */
export const drillDown = {
  account: 'la-customer',
  product: 'la-utilization',
  feature: 'la-feature',
  server: 'la-servers',
  user: 'la-events',
  host: 'la-events',
  client: 'la-events',
  denialFamily: 'la-events',
  denialReason: 'la-events',
} as const;
export type Linked = keyof typeof drillDown;
export const linked = Object.keys(drillDown) as readonly Linked[];
export const isLinked = (name: string): name is Linked => linked.some((dimension) => dimension === name);

/** What the clicked value belongs to: it goes along where the row or the labels name it. */
export const belongsTo: Readonly<Record<Linked, readonly Linked[]>> = {
  account: [],
  product: ['account'],
  feature: ['account'],
  server: ['account'],
  user: ['account', 'feature'],
  host: ['account', 'feature'],
  client: ['account', 'feature'],
  denialFamily: ['account', 'feature'],
  denialReason: ['account', 'feature'],
};
