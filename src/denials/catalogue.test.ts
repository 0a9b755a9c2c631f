import { catalogues } from './catalogues/registry.ts';
import type { FamilyId } from './catalogue.ts';
import { createCatalogue, denialOverridesSchema } from './catalogue.ts';
import { familyIds } from './families.ts';
import type { LicenseSystem } from './reason.ts';

const catalogue = createCatalogue();
const familyOf = (system: LicenseSystem, code: string, text = ''): FamilyId =>
  catalogue.reason(catalogue.reasonOf({ system, code, text })).family;

/** docs/definitions.md#denial-families, family by family. */
const expected: readonly (readonly [LicenseSystem, FamilyId, readonly number[]])[] = [
  ['flexnet', 'insufficient-count', [-4, -26]],
  ['flexnet', 'expired', [-10, -31]],
  ['flexnet', 'feature-unavailable', [-5, -18, -1, -92, -93, -54, -125]],
  ['flexnet', 'rule-rejection', [-38, -39, -53, -73, -84, -89, -103]],
  ['flexnet', 'reserved', [-87, -101]],
  ['flexnet', 'version', [-21, -25, -83, -90]],
  ['flexnet', 'queued', [-24, -35]],
  [
    'flexnet',
    'server-network',
    [-15, -3, -7, -14, -16, -17, -19, -23, -52, -95, -96, -97, -106, -57, -59, -60, -61, -62],
  ],
  ['flexnet', 'borrow', [-67, -68, -102, -104, -117, -118, -119, -120, -122, -123, -124, -128]],
  ['flexnet', 'trust-clock', [-8, -9, -33, -34, -88, -22, -36, -71, -110, -112, -126, -127]],
  [
    'flexnet',
    'request-error',
    [
      -2, -11, -12, -13, -30, -32, -37, -41, -42, -40, -85, -113, -114, -115, -116, -121, -129, -130, -131, -132, -133,
      -134, -135, -136, -137,
    ],
  ],
  ['fne', 'insufficient-count', [7, 2, 14, 60, 58, 76]],
  ['fne', 'expired', [11, 6, 62, 10]],
  ['fne', 'feature-unavailable', [15, 1, 5, 19, 23, 73, 16, 53, 54, 65]],
  ['fne', 'version', [12]],
  ['fne', 'rule-rejection', [67, 80, 81, 55, 40, 35]],
  ['fne', 'trust-clock', [8, 9, 68, 70, 71, 3, 4, 59]],
  ['fne', 'server-network', [18, 64, 66]],
  ['fne', 'request-error', [21, 22, 38, 39, 42, 43, 51, 75, 82]],
  ['dm', 'feature-unavailable', [201]],
  ['dm', 'request-error', [102]],
  ['rlm', 'insufficient-count', [-8, -22, -54, -74]],
  ['rlm', 'expired', [-3, -37, -49]],
  ['rlm', 'feature-unavailable', [-1, -2, -18, -60]],
  ['rlm', 'rule-rejection', [-10, -11, -12, -13, -14, -45, -72, -73, -35, -36, -46, -47]],
  ['rlm', 'version', [-6]],
  ['rlm', 'queued', [-25]],
  ['rlm', 'server-network', [-16, -17, -19, -20, -21, -24, -43, -56, -58, -59, -77]],
  ['rlm', 'borrow', [-27, -29, -30, -31, -32, -33, -34, -42, -55, -57, -63, -64, -65, -66]],
  ['rlm', 'trust-clock', [-4, -5, -23, -40, -48]],
  ['rlm', 'request-error', [-7, -9, -26, -28, -41]],
];

describe('codes', () => {
  test.each(expected)('%s: %s', (system, family, codes) => {
    expect(codes.map((code) => [code, familyOf(system, String(code))])).toEqual(codes.map((code) => [code, family]));
  });

  test('every code stands once, with a text', () => {
    for (const { codes } of catalogues) {
      expect(new Set(codes.map((entry) => entry.code)).size).toBe(codes.length);
      expect(codes.filter((entry) => entry.text === '')).toEqual([]);
    }
  });

  test('FNE is complete: 0 to 82', () => {
    const numbers = catalogue.codes('fne').map((entry) => Number(entry.code));
    expect(numbers.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 83 }, (_, i) => i));
  });

  test('states, returns and administration are no denials', () => {
    const noDenials = [
      ...[24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 36, 37, 61, 69, 72, 13, 17, 20, 41, 63],
      ...[44, 45, 46, 47, 48, 49, 50, 52, 56, 57, 77, 78, 79],
    ];
    const reason = (system: LicenseSystem, code: string): string => catalogue.reasonOf({ system, code, text: '' });
    const none = ['no-denial', 'return-refused', 'in-overdraft'];
    for (const code of noDenials) expect(none).toContain(reason('fne', String(code)));
    expect(none).toContain(reason('rlm', '-39'));
    for (const code of ['7', '11', '67']) expect(none).not.toContain(reason('fne', code));
    for (const code of ['-4', '-9999']) expect(none).not.toContain(reason('flexnet', code));
  });

  test('what means the same has one reason, whatever the system', () => {
    const inUse = (system: LicenseSystem, code: string): string => catalogue.reasonOf({ system, code, text: '' });
    expect([inUse('flexnet', '-4'), inUse('fne', '7'), inUse('rlm', '-22')]).toEqual(
      Array(3).fill('licensed-number-reached'),
    );
  });
});

describe('texts', () => {
  test.each<[LicenseSystem, string, string]>([
    ['dm', 'Insufficient elastic tokens available', 'insufficient-tokens'],
    ['dm', 'No valid active line items.', 'no-valid-line-item'],
    ['dm', 'Item not found in any effective rate table', 'not-in-rate-table'],
    ['dm', 'Request rejected by rule of access', 'rejected-by-rule'],
    ['', 'Insufficient feature count available', 'licensed-number-reached'],
    ['', 'License server system does not support this version of this feature.', 'version-not-served'],
    [
      'flexnet',
      'LICENSED NUMBER OF USERS ALREADY REACHED. (-9999,342:104 "Connection reset by peer")',
      'licensed-number-reached',
    ],
    ['flexnet', 'License server system temporarily busy (new server connecting).', 'server-busy'],
    ['flexnet', 'Checkout request filtered by the vendor-defined filter routine.', 'checkout-filter'],
    ['', 'All licenses in use', 'licensed-number-reached'],
    ['', 'Feature expired', 'feature-expired'],
    ['', 'Feature unavailable', 'feature-unavailable'],
    ['', 'Feature unavailable (Dynamic Monetization)', 'feature-unavailable'],
    ['', 'Insufficient elastic tokens available (Dynamic Monetization)', 'insufficient-tokens'],
    ['fne', 'Insufficient feature count available (Dynamic Monetization)', 'licensed-number-reached'],
    ['', 'Feature expired (Dynamic Monetization).', 'feature-expired'],
  ])('%s "%s" is %s', (system, text, reason) => {
    expect(catalogue.reasonOf({ system, code: '', text })).toBe(reason);
  });

  test('every known text leads to the family of its code, without the code', () => {
    for (const { system, codes } of catalogues) {
      for (const { code, text } of codes) {
        if (text === 'Roaming failed' || text === 'Error at the license server') continue;
        expect([system, code, familyOf(system, '', `${text}.`)]).toEqual([system, code, familyOf(system, code)]);
      }
    }
  });

  test('a code goes before the text; without a system, the text goes before the code', () => {
    const text = 'Feature has expired';
    expect(catalogue.reasonOf({ system: 'fne', code: '7', text })).toBe('licensed-number-reached');
    expect(catalogue.reasonOf({ system: '', code: '7', text })).toBe('feature-expired');
    expect(catalogue.reasonOf({ system: '', code: '7', text: '' })).toBe('licensed-number-reached');
    expect(catalogue.reasonOf({ system: '', code: '201', text: '' })).toBe('not-in-rate-table');
    expect(catalogue.reasonOf({ system: '', code: '-10', text: '' })).toBe('feature-expired');
  });

  test("codes of one system are not read as another one's", () => {
    const reason = (system: LicenseSystem, text: string) => catalogue.reasonOf({ system, code: '-4', text });
    expect(reason('flexnet', '')).toBe('licensed-number-reached');
    expect(catalogue.reason(reason('rlm', '')).family).toBe('trust-clock');
    // FlexNet's -4 is "all licenses in use", RLM's "wrong host": a text that nobody knows says that it need not be FlexNet's.
    expect(reason('', 'wrong host')).toBe('wrong host');
    expect(reason('', '')).toBe('licensed-number-reached');
  });

  test('what is unknown keeps its text, without numbers that differ from line to line, in family "other"', () => {
    const id = catalogue.reasonOf({ system: 'flexnet', code: '-777', text: 'The moon is full. (-777,12:104 "x")' });
    expect(id).toBe('The moon is full');
    expect(catalogue.reason(id)).toMatchObject({ id, title: id, family: 'other', owner: 'support' });
    expect(catalogue.reasonOf({ system: 'dm', code: '4711', text: '' })).toBe('Code 4711');
    expect(catalogue.reasonOf({ system: '', code: '', text: '' })).toBe('unknown');
  });

  test('UNSUPPORTED without a known reason is "feature unavailable"', () => {
    const id = catalogue.reasonOf({ system: 'flexnet', code: '', text: '', kind: 'unsupported' });
    expect(catalogue.reason(id).family).toBe('feature-unavailable');
    expect(catalogue.reasonOf({ system: 'flexnet', code: '-18', text: '', kind: 'unsupported' })).toBe(
      'feature-not-served',
    );
  });
});

describe('what to do', () => {
  test.each<[FamilyId, string, RegExp]>([
    ['insufficient-count', 'sales', /^Upsell/],
    ['expired', 'renewals', /^Renewal/],
    ['feature-unavailable', 'sales', /^Cross-sell/],
    ['rule-rejection', 'administrator', /feature selectors and rules of access/],
    ['version', 'customer-success', /^Adoption/],
    ['borrow', 'customer-success', /^Adoption/],
  ])('the family %s goes to %s', (id, owner, opportunity) => {
    expect(catalogue.family(id).owner).toBe(owner);
    expect(catalogue.family(id).opportunity).toMatch(opportunity);
  });

  test('every reason says all of it, and its family exists', () => {
    for (const reason of catalogue.reasons()) {
      expect(familyIds).toContain(reason.family);
      for (const said of [reason.title, reason.insight, reason.opportunity, reason.advice]) {
        expect([reason.id, said.length > 3]).toEqual([reason.id, true]);
      }
    }
  });

  test('advice to customers has no word of selling', () => {
    const selling =
      /\b(buy|bought|purchas\w*|order\w*|upgrad\w*|upsell\w*|cross-?sell\w*|sell\w*|sales?|renew\w*|offer\w*|quot\w+|pric\w+|cost\w*|pay\w*|subscri\w*|trial\w*|more (?:licenses|tokens))\b/i;
    for (const { id, advice } of [...catalogue.reasons(), ...catalogue.families()]) {
      expect([id, selling.exec(advice)?.[0]]).toEqual([id, undefined]);
    }
  });

  test('no family is without a code', () => {
    const families = new Set(
      catalogues.flatMap(({ codes }) => codes.map(({ reason }) => catalogue.reason(reason).family)),
    );
    expect([...families].toSorted()).toEqual([...familyIds].toSorted());
  });
});

describe('the configuration', () => {
  const overridden = createCatalogue(
    denialOverridesSchema.parse([
      { reason: 'licensed-number-reached', insight: 'Ours.', owner: 'renewals' },
      { reason: 'site-quota', codes: [-4242], texts: ['site quota'], family: 'rule-rejection' },
      { reason: 'checkout-filter', family: 'expired', system: 'flexnet', codes: ['-38'] },
    ]),
  );

  test('changes what is said of a reason, and nothing else of it', () => {
    expect(overridden.reason('licensed-number-reached')).toEqual({
      ...catalogue.reason('licensed-number-reached'),
      insight: 'Ours.',
      owner: 'renewals',
    });
  });

  test('adds a reason by code and by text, with the guidance of its family', () => {
    for (const system of ['flexnet', 'fne', ''] as const) {
      expect(overridden.reasonOf({ system, code: '-4242', text: '' })).toBe('site-quota');
    }
    expect(overridden.reasonOf({ system: 'fne', code: '', text: 'The Site Quota is exhausted.' })).toBe('site-quota');
    expect(overridden.reason('site-quota')).toMatchObject({
      title: 'Site quota',
      family: 'rule-rejection',
      owner: 'administrator',
    });
  });

  test("moves a code and a family; the guidance becomes the new family's", () => {
    expect(overridden.reasonOf({ system: 'flexnet', code: '-38', text: '' })).toBe('checkout-filter');
    expect(overridden.reason('checkout-filter')).toMatchObject({ family: 'expired', owner: 'renewals' });
    expect(catalogue.reason('checkout-filter').family).toBe('rule-rejection');
  });

  test.each([
    [{ reason: 'Not An Id' }],
    [{ reason: 'a', family: 'nonsense' }],
    [{ reason: 'a', code: '-4' }],
    [{ codes: ['-4'] }],
  ])('refuses %j', (entry) => {
    expect(denialOverridesSchema.safeParse([entry]).success).toBe(false);
  });
});
