import { itemOf } from './random.ts';

/** What the invented producer sells: products and their features, each feature served by one of two vendor daemons. */
export interface CatalogueFeature {
  readonly feature: string;
  readonly product: string;
  readonly vendor: string;
  /** Mean time a client keeps it, seconds. */
  readonly meanSeconds: number;
  /** Licenses taken at once; more than one choice makes it a batch feature (solver cores, render nodes). */
  readonly batch: readonly number[];
}

const products = [
  ['Tessera Design', 'tessera', ['core', 'sketch', 'surface', 'assembly', 'drawing', 'sheet', 'mold', 'viewer']],
  ['Fluxion Simulation', 'fluxion', ['solve', 'mesh', 'thermal', 'modal', 'hpc', 'fatigue', 'acoustics', 'post']],
  ['Orrery Electronics', 'orrery', ['layout', 'route', 'spice', 'signal', 'power', 'package', 'verify', 'library']],
  ['Kiln Manufacturing', 'kiln', ['mill', 'turn', 'nest', 'additive', 'robot', 'quality', 'plan', 'line']],
  ['Prism Rendering', 'prism', ['studio', 'node', 'material', 'animate', 'light', 'vr', 'batch', 'denoise']],
  ['Ledger Data', 'pledger', ['vault', 'search', 'workflow', 'release', 'bom', 'compare', 'import', 'export']],
] as const;

export const vendors = ['tesserad', 'fluxiond'] as const;
export const tokenProduct = 'Fluxion Cloud';

/** The n-th feature of the catalogue; it has no end (later ones carry a generation in their name). */
export function catalogueFeature(n: number): CatalogueFeature {
  const perRound = products.length * 8;
  const round = Math.floor(n / perRound);
  const [product, prefix, parts] = itemOf(products, n % products.length);
  const part = itemOf(parts, Math.floor((n % perRound) / products.length));
  const batch = part === 'hpc' || part === 'node' || part === 'batch' ? [4, 8, 16] : [1];
  return {
    feature: `${prefix}_${part}${round === 0 ? '' : `_g${round + 1}`}`,
    product,
    vendor: itemOf(vendors, n % 2),
    meanSeconds: itemOf([2400, 4500, 7200, 1200, 10_800, 3600, 900], n % 7),
    batch,
  };
}

/** A reason to refuse a request, as a source words it. */
export interface Cause {
  readonly family: string;
  readonly code: string;
  readonly text: string;
  /** FlexNet's second number, undocumented by design. */
  readonly minor?: number;
  /** About a feature that the server does not serve. */
  readonly foreign?: boolean;
}

export const flexnetCapacity: Cause = {
  family: 'insufficient count',
  code: '-4',
  minor: 342,
  text: 'Licensed number of users already reached.',
};
export const flexnetExpired: Cause = { family: 'expired', code: '-10', minor: 148, text: 'Feature has expired.' };
export const flexnetQueued: Cause = {
  family: 'queued',
  code: '-24',
  minor: 332,
  text: 'Users are queued for this feature.',
};
export const flexnetUnsupported: Cause = {
  family: 'feature unavailable',
  code: '-5',
  minor: 346,
  text: 'No such feature exists.',
  foreign: true,
};

/** Codes and texts: FlexNet Publisher's License Administration Guide, "Error Codes". The frequent ones stand first. */
export const flexnetCauses: readonly Cause[] = [
  { family: 'feature unavailable', code: '-5', minor: 357, text: 'No such feature exists.', foreign: true },
  { family: 'filter or rule', code: '-38', minor: 348, text: 'User/host on EXCLUDE list for feature.' },
  { family: 'version', code: '-21', minor: 126, text: 'License file does not support this version.' },
  {
    family: 'feature unavailable',
    code: '-18',
    minor: 327,
    text: 'License server system does not support this feature.',
    foreign: true,
  },
  { family: 'filter or rule', code: '-39', minor: 349, text: 'User/host not on INCLUDE list for feature.' },
  {
    family: 'version',
    code: '-25',
    minor: 334,
    text: 'License server system does not support this version of this feature.',
  },
  { family: 'server or network', code: '-97', minor: 121, text: 'The desired vendor daemon is down.' },
  flexnetQueued,
  { family: 'reserved', code: '-101', minor: 347, text: 'All licenses are reserved for others.' },
  {
    family: 'filter or rule',
    code: '-53',
    minor: 541,
    text: 'Checkout request filtered by the vendor-defined filter routine.',
  },
  { family: 'reserved', code: '-87', minor: 351, text: 'Checkout exceeds MAX specified in options file.' },
  {
    family: 'trust or clock',
    code: '-34',
    minor: 180,
    text: 'Clock difference too large between client and license server system.',
  },
  {
    family: 'server or network',
    code: '-23',
    minor: 155,
    text: 'License server system temporarily busy (new server connecting).',
  },
  { family: 'borrow', code: '-67', minor: 345, text: 'No licenses available to borrow.' },
  { family: 'request error', code: '-37', minor: 331, text: 'Duplicate selection mismatch for this feature.' },
  { family: 'borrow', code: '-68', minor: 353, text: 'License BORROW support not enabled.' },
  { family: 'trust or clock', code: '-8', minor: 130, text: 'Invalid (inconsistent) license key or signature.' },
  {
    family: 'insufficient count',
    code: '-26',
    minor: 343,
    text: 'Request for more licenses than this feature supports.',
  },
];

export const clsCapacity: Cause = {
  family: 'insufficient count',
  code: '7',
  text: 'Insufficient feature count available',
};
export const clsExpired: Cause = { family: 'expired', code: '11', text: 'Feature has expired' };

/** Status codes of FlexNet Embedded and Cloud License Servers (Revenera, "License Server Usage and Denials" report). */
export const clsCauses: readonly Cause[] = [
  { family: 'filter or rule', code: '67', text: 'Feature is not available due to a server checkout filter rejection' },
  { family: 'filter or rule', code: '80', text: 'Features are not available due to a rule rejection' },
  { family: 'filter or rule', code: '81', text: 'Features are not available due to a rule rejection MAX' },
  { family: 'feature unavailable', code: '15', text: 'Feature is not available', foreign: true },
  { family: 'version', code: '12', text: 'Matching feature version was not found' },
  { family: 'server or network', code: '66', text: 'Server is busy' },
  { family: 'trust or clock', code: '9', text: 'Server host ID mismatch' },
  { family: 'request error', code: '22', text: 'Request is missing required data' },
  { family: 'expired', code: '10', text: 'Feature start date is in the future' },
];

export const elasticCapacity: Cause = {
  family: 'insufficient count',
  code: '',
  text: 'Insufficient elastic tokens available',
};
export const elasticExpired: Cause = { family: 'expired', code: '', text: 'No valid active line items' };

/** Dynamic Monetization: numeric codes are known for some reasons only, the others are told by their text. */
export const elasticCauses: readonly Cause[] = [
  { family: 'feature unavailable', code: '201', text: 'Item not found in any effective rate table', foreign: true },
  { family: 'filter or rule', code: '', text: 'Request rejected by rule of access' },
  { family: 'request error', code: '102', text: 'No Status' },
];
