/** Why requests are refused, roughly: the four families of the source document, and what FlexNet and others add. */
export const familyIds = [
  'insufficient-count',
  'expired',
  'feature-unavailable',
  'rule-rejection',
  'version',
  'reserved',
  'queued',
  'borrow',
  'server-network',
  'trust-clock',
  'request-error',
  'other',
] as const;
export type FamilyId = (typeof familyIds)[number];

/** Whose turn it is, among the people of whoever reads the figures. */
export const owners = ['sales', 'renewals', 'customer-success', 'administrator', 'support'] as const;
export type Owner = (typeof owners)[number];

/** What is said of a reason beside its name. */
export interface Guidance {
  /** What it means. For the vendor's own people. */
  readonly insight: string;
  /** What can be made of it: upsell, renewal, cross-sell, adjusted rules, or nothing. For the vendor's own people. */
  readonly opportunity: string;
  readonly owner: Owner;
  /** What the customer's own administrator can do. Never a word of selling: customers read it. */
  readonly advice: string;
}

export interface Family extends Guidance {
  readonly id: FamilyId;
  readonly title: string;
}

/** Guidance of a whole family; a reason says only what differs. */
export const families: readonly Family[] = [
  {
    id: 'insufficient-count',
    title: 'Insufficient count',
    insight: 'More was asked for at once than the entitlement holds: demand exceeds supply.',
    opportunity:
      'Upsell: offer more licenses or tokens, or dynamic allocation of those that other groups leave idle, with the denials and the peak as evidence.',
    owner: 'sales',
    advice:
      'See who holds licenses at the times of the denials, free idle ones (a TIMEOUT in the options file gives them back), and move batch work to quieter hours.',
  },
  {
    id: 'expired',
    title: 'Expired / no valid line item',
    insight: 'The entitlement has run out or is not in force yet, and users still ask for it.',
    opportunity:
      'Renewal: users still need it; renew the line item or correct its dates, and offer reminders and auto-renewal so that it does not lapse again.',
    owner: 'renewals',
    advice:
      'Check the dates in the license file or portal; load the current license file on the server, or ask whoever manages your licenses for it.',
  },
  {
    id: 'feature-unavailable',
    title: 'Feature unavailable / not in rate table',
    insight: 'Users ask for something that this customer has no entitlement for, or that this server does not serve.',
    opportunity: 'Cross-sell: users want a product the customer does not have; offer it or a trial.',
    owner: 'sales',
    advice:
      'Check that clients point at the server that serves this feature and that its license file is loaded there; otherwise switch off what asks for the feature in the application.',
  },
  {
    id: 'rule-rejection',
    title: 'Checkout-filter or rule rejection',
    insight: 'A rule turned the request away, not a lack of licenses.',
    opportunity:
      'Adjust feature selectors and rules of access where they turn away those who should have it; many of them are additional demand: upsell.',
    owner: 'administrator',
    advice:
      'Compare the user, host and group with the rules of access and the options file (INCLUDE, EXCLUDE); correct the rule if this user should have access.',
  },
  {
    id: 'version',
    title: 'Version',
    insight: 'The application is of another version than the license or the license server allows.',
    opportunity:
      'Adoption: help to bring client and server to matching versions; where maintenance has lapsed, tell Renewals.',
    owner: 'customer-success',
    advice:
      'Compare the version that is asked for with the one in the license file; use a matching version of the application, or bring the license server and its file up to date.',
  },
  {
    id: 'reserved',
    title: 'Reserved or limited',
    insight: "Licenses are there, but the customer's own options file keeps them for others.",
    opportunity: 'None by itself: the customer divides what it has. Where reserved licenses lie idle, say so.',
    owner: 'administrator',
    advice:
      'Look at RESERVE and MAX in the options file: free reservations that lie idle, or raise the limit for this group.',
  },
  {
    id: 'queued',
    title: 'Queued',
    insight: 'All licenses are in use and users wait in line: demand reaches supply.',
    opportunity: 'Upsell when queues are long or frequent; look at it together with insufficient count.',
    owner: 'sales',
    advice: 'Watch how long users wait; free idle licenses and move batch work to quieter hours.',
  },
  {
    id: 'borrow',
    title: 'Borrow / roam',
    insight: 'A license could not be borrowed for use away from the network, or given back.',
    opportunity:
      'Adoption: help with borrowing, so that users get on with what was bought. Where none are left to borrow, see insufficient count.',
    owner: 'customer-success',
    advice:
      'Check the borrow settings (BORROW in the license file, BORROW_LOWWATER and MAX_BORROW_HOURS in the options file) and return what is no longer needed away from the network.',
  },
  {
    id: 'server-network',
    title: 'Server / network',
    insight: 'The license server could not be reached or was not ready.',
    opportunity: 'None: it is a fault. Many of them are a reason to help with a more robust set-up.',
    owner: 'support',
    advice:
      'Check that the license server and its vendor daemon run, and that host name, ports and firewall are right.',
  },
  {
    id: 'trust-clock',
    title: 'Trust / clock',
    insight: 'A check against tampering failed: clock, host id, signature or trusted storage.',
    opportunity: 'None: help the customer; repeated cases on one host may deserve a look at compliance.',
    owner: 'support',
    advice:
      'Check the clocks and time zones of client and server, and that the license file is unaltered and made for this host.',
  },
  {
    id: 'request-error',
    title: 'Request error',
    insight: 'The request, or the file that it rests on, was malformed.',
    opportunity: 'None: it is a fault in the application or the set-up.',
    owner: 'support',
    advice: 'Check the license file and the environment of the client for mistakes; report it with the full log line.',
  },
  {
    id: 'other',
    title: 'Other',
    insight: 'A reason that the catalogue does not know; its own text says more.',
    opportunity: 'None known: read the text, and add it to the catalogue of denials in the configuration.',
    owner: 'support',
    advice: 'Read the text of the denial, and ask the support of the application with the full log line.',
  },
];
