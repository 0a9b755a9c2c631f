import { clsCauses, elasticCauses, flexnetCauses } from './catalogue.ts';
import { createClock, startOfDay } from './clock.ts';
import type { Clock } from './clock.ts';
import {
  addBatchCase,
  addExpiredMeteredCase,
  addIdleCase,
  addMeteredCase,
  addQueueCase,
  addRenewalCase,
  addSizedCase,
  addTermedCase,
  caseBook,
} from './cases.ts';
import type { CaseBook } from './cases.ts';
import { addOrdinaryPools, concurrentRow, finish } from './draft.ts';
import type { Draft } from './draft.ts';
import { catalogueFeature } from './catalogue.ts';
import { blankPool, workMoment } from './draft.ts';
import { accountNames, identifier, slugOf } from './names.ts';
import { between, chance, itemOf, seeded } from './random.ts';
import type { Random } from './random.ts';
import { addDenialTour, addServerLife } from './script.ts';
import type { CaseName, ClientGroup, EntitlementPlan, Plan, PlannedCase, ServerKind } from './plan.ts';

const day = 86_400_000;

/** The accounts that show the planned cases, in this order; all further accounts are everyday ones. */
const cast = [
  'eighty',
  'ninetyFive',
  'over',
  'meteredNear',
  'meteredOver',
  'clsMany',
  'silent',
  'expiring',
  'inventory',
  'twoSites',
  'alwaysOn',
  'sharedA',
  'sharedB',
  'sharedC',
] as const;

const zones = [
  'Europe/Berlin',
  'America/New_York',
  'Europe/London',
  'Asia/Tokyo',
  'America/Los_Angeles',
  'Australia/Sydney',
  'Asia/Kolkata',
  'Europe/Paris',
  'America/Chicago',
] as const;

export interface PlanOptions {
  readonly events: number;
  readonly start: number;
  readonly end: number;
  readonly seed: number;
  readonly accounts: number;
  readonly noise: number;
}

/** How many accounts, and how many features each of them uses, for a number of events; 40 × 15 at 200,000, 500 × 60 at 10 million. */
export function defaultAccounts(events: number): number {
  return Math.max(cast.length, Math.round(40 * (events / 200_000) ** 0.6456));
}

export function featuresPerAccount(events: number): number {
  return Math.min(100, Math.max(3, Math.round(60 * (events / 1e7) ** 0.35)));
}

interface Building {
  readonly options: PlanOptions;
  readonly random: Random;
  readonly clocks: Map<string, Clock>;
  readonly names: readonly string[];
  readonly drafts: Draft[];
  readonly cases: PlannedCase[];
}

/** Decides everything that is to happen. */
export function buildPlan(options: PlanOptions): Plan {
  const random = seeded(options.seed, 'plan');
  if (options.accounts < cast.length) {
    throw new RangeError(
      `simulate: accounts must be at least ${cast.length} to hold every case, found ${options.accounts}`,
    );
  }
  const names = accountNames(random, options.accounts);
  const building: Building = { options, random, clocks: new Map(), names, drafts: [], cases: [] };
  // The customers that show the cases are of middling size; the largest ones are everyday customers.
  const shares = names.map((_, i) => 1 / (i < cast.length ? cast.length + i + 6 : i - cast.length + 2) ** 0.85);
  const total = shares.reduce((sum, share) => sum + share, 0);
  names.forEach((account, i) => {
    planAccount(building, account, i, (options.events * (shares[i] ?? 0)) / total);
  });
  return {
    start: options.start,
    end: options.end,
    accounts: names,
    servers: building.drafts.map((draft) => finish(draft, options.noise)),
    entitlements: building.drafts.flatMap((draft): EntitlementPlan[] => draft.rows),
    rules: building.drafts
      .filter((draft) => draft.groups.length > 1)
      .flatMap((draft) => draft.groups)
      .map((group) => ({ target: 'account', field: 'host', pattern: `${group.site}-*`, value: group.account })),
    cases: building.cases,
  };
}

function planAccount(building: Building, account: string, index: number, lines: number): void {
  const { random, options } = building;
  const count = featuresPerAccount(options.events);
  const offset = between(random, 0, 90);
  const role = index < cast.length ? itemOf(cast, index) : 'everyday';
  const book = caseBook(offset + count * 2);
  const flexnet = (share = 1, zone?: string, part = 0): Draft => {
    const draft = newDraft(
      building,
      account,
      'flexnet',
      lines * share,
      zone ?? itemOf(zones, index % zones.length),
      part,
    );
    addOrdinaryPools(draft, offset + part * count, Math.max(2, Math.round(count * share)));
    return draft;
  };
  const events = (kind: 'cls' | 'elastic', share: number, part: number): Draft => {
    const draft = newDraft(building, account, kind, lines * share, itemOf(zones, index % zones.length), part);
    addOrdinaryPools(draft, offset + part * count, Math.max(2, Math.round(count * share)));
    return draft;
  };
  switch (role) {
    case 'eighty': {
      const server = flexnet(1, 'America/New_York');
      addSizedCase(book, server, 'usage 80 %', { quantity: 10, ceiling: 8 });
      addDenialTour(server, indices(flexnetCauses));
      live(building, server, book, true);
      break;
    }
    case 'ninetyFive': {
      const server = flexnet(1, 'Europe/London');
      addSizedCase(book, server, 'usage 95 %', { quantity: 20, ceiling: 19 });
      addRenewalCase(book, server);
      addBatchCase(book, server);
      addQueueCase(book, server);
      live(building, server, book, true);
      break;
    }
    case 'over': {
      const server = flexnet(1, 'Europe/Paris');
      server.rotated = true;
      addSizedCase(book, server, 'usage over 100 % (overdraft)', { quantity: 10, ceiling: 12, overdraft: 2 });
      note(building, 'rotated log', server);
      live(building, server, book, true);
      break;
    }
    case 'meteredNear':
    case 'meteredOver': {
      const near = role === 'meteredNear';
      const server = events('elastic', 0.6, 0);
      addMeteredCase(book, server, near ? 'metered near' : 'metered over', near ? 0.92 : 1.18, near ? 0 : -1);
      if (!near) addMeteredCase(book, server, 'metered exhausted', 1, 0);
      if (near) addExpiredMeteredCase(book, server);
      addDenialTour(server, indices(elasticCauses));
      building.cases.push(...book.cases.splice(0));
      live(building, flexnet(0.4, undefined, 1), book, false);
      break;
    }
    case 'clsMany': {
      [0.4, 0.35, 0.25].forEach((share, part) => {
        const server = events('cls', share, part);
        if (part === 0) addDenialTour(server, indices(clsCauses));
        note(building, 'several CLS instances', server);
      });
      break;
    }
    case 'silent': {
      const server = flexnet(1, 'Europe/Berlin');
      server.stop = options.end - Math.min(24, (options.end - options.start) / day / 4) * day;
      note(building, 'silent source', server);
      live(building, server, book, true);
      break;
    }
    case 'expiring': {
      const server = flexnet(0.8, 'America/Chicago');
      const from = startOfDay(options.start) - 100 * day;
      const today = startOfDay(options.end);
      addTermedCase(
        book,
        server,
        'expires in 7 days',
        [{ quantity: 12, start: from, until: today + 8 * day }],
        [0.3, 0.9],
      );
      addTermedCase(
        book,
        server,
        'expires in 30 days',
        [{ quantity: 25, start: from, until: today + 31 * day }],
        [0.3, 0.9],
      );
      const past = startOfDay(options.start + 0.6 * (options.end - options.start));
      const expired = [{ quantity: 8, start: from, until: past }];
      addTermedCase(book, server, 'expired with denials', expired, [0.2, 0.85, 0.95]);
      live(building, server, book, true);
      const cloud = events('cls', 0.2, 1);
      addTermedCase(book, cloud, 'expired with denials', expired, [0.2, 0.85, 0.95]);
      building.cases.push(...book.cases.splice(0));
      break;
    }
    case 'inventory': {
      const server = flexnet(1, 'America/Los_Angeles');
      const from = startOfDay(options.start) - 100 * day;
      const until = startOfDay(options.end) + 300 * day;
      addTermedCase(book, server, 'unmapped use', [], [0.15, 0.5, 0.9]);
      addTermedCase(book, server, 'uncounted', [{ quantity: null, start: from, until }], [0.25, 0.6, 0.9]);
      addIdleCase(book, server);
      live(building, server, book, false);
      break;
    }
    case 'twoSites':
      planTwoSites(building, book, flexnet);
      break;
    case 'alwaysOn': {
      const server = flexnet(1, 'Europe/Berlin');
      server.pattern = 'always';
      const first = server.pools.findIndex((pool) => pool.weight > 0);
      server.script.push({ at: options.end - day, kind: 'probe', pool: first, client: 0, x: 12 * 60 });
      server.script.push({ at: options.end - 100_000, kind: 'storm', pool: first, client: 3, x: 0, y: 2 });
      note(building, 'around the clock', server);
      live(building, server, book, true);
      break;
    }
    case 'sharedA':
    case 'sharedB':
    case 'sharedC': {
      if (role === 'sharedA') planShared(building, lines * 2.5, index, offset, count);
      break;
    }
    case 'everyday':
      planEveryday(building, account, lines, flexnet, events);
      break;
  }
}

function planEveryday(
  building: Building,
  account: string,
  lines: number,
  flexnet: (share?: number, zone?: string, part?: number) => Draft,
  events: (kind: 'cls' | 'elastic', share: number, part: number) => Draft,
): void {
  const { random } = building;
  const book = caseBook(0);
  const cloud = chance(random, 0.3) ? 0.25 : 0;
  const elastic = chance(random, 0.22) ? 0.15 : 0;
  const second = lines > 40_000 || chance(random, 0.15) ? 0.3 : 0;
  const rest = 1 - cloud - elastic - second;
  if (account === '') throw new RangeError('simulate: an account needs a name');
  live(building, flexnet(rest, undefined, 0), book, chance(random, 0.5));
  if (second > 0) live(building, flexnet(second, undefined, 1), book, chance(random, 0.5));
  if (cloud > 0) events('cls', cloud, 2);
  if (elastic > 0) events('elastic', elastic, 3);
}

/** Two servers in two time zones serve one feature to one account. */
function planTwoSites(
  building: Building,
  book: CaseBook,
  flexnet: (share?: number, zone?: string, part?: number) => Draft,
): void {
  const { options } = building;
  const entry = { ...catalogueFeature(book.next + 8), batch: [1], meanSeconds: 1800 };
  const sites = [flexnet(0.5, 'America/New_York', 0), flexnet(0.5, 'Asia/Tokyo', 1)];
  sites.forEach((site, i) => {
    site.parity = i === 0 ? 0 : 1;
    site.pools.push({ ...blankPool(site, entry), weight: 0.2, limits: [{ from: 0, licenses: 10 }] });
    site.script.push({
      at: workMoment(site, 0.7, 10),
      kind: 'fill',
      pool: site.pools.length - 1,
      quantity: 6 + i,
      x: 2400,
    });
    // Both end with a line at the same moment, so that neither is cut off before the other.
    site.script.push({ at: options.end - 2000, kind: 'timestamp', x: -1 });
    building.cases.push({
      name: 'one feature on two servers',
      account: site.groups[0]?.account ?? '',
      feature: entry.feature,
      server: site.name,
    });
    if (i === 0) {
      const term = {
        start: startOfDay(options.start) - 40 * day,
        until: startOfDay(options.end) + 200 * day,
        server: '',
      };
      site.rows.push(concurrentRow(site.groups[0]?.account ?? '', entry, 20, term));
    }
    live(building, site, book, true);
  });
}

/** One server of the producer's hosting partner; three customers, told apart by their hosts. */
function planShared(building: Building, lines: number, index: number, offset: number, count: number): void {
  const { options, random } = building;
  const groups = [0, 1, 2].map((i) => groupOf(itemOf(building.names, index + i), lines / 3));
  const draft = emptyDraft(
    building,
    `hosting-${identifier(random, 4).toLowerCase()}-lic01`,
    'flexnet',
    groups,
    lines,
    'Europe/Berlin',
  );
  addOrdinaryPools(draft, offset, count);
  for (const group of groups) {
    building.cases.push({
      name: 'shared server',
      account: group.account,
      feature: itemOf(draft.pools, 0).feature,
      server: draft.name,
    });
  }
  live(building, draft, caseBook(options.events), true);
}

/** Gives a FlexNet server its daily life, and hands the account's cases over. */
function live(building: Building, draft: Draft, book: CaseBook, crashes: boolean): void {
  addServerLife(draft, { crashes, busy: draft.lines > 4000 });
  if (crashes) note(building, 'restart with sessions open', draft);
  note(building, 'clock back-step', draft);
  building.cases.push(...book.cases.splice(0));
}

function note(building: Building, name: CaseName, draft: Draft): void {
  building.cases.push({
    name,
    account: draft.groups.length === 1 ? (draft.groups[0]?.account ?? '') : '',
    feature: '',
    server: draft.name,
  });
}

function newDraft(
  building: Building,
  account: string,
  kind: ServerKind,
  lines: number,
  zone: string,
  part: number,
): Draft {
  const slug = slugOf(account);
  const name = {
    flexnet: `${slug}-lic${String(part + 1).padStart(2, '0')}`,
    cls: `CLS-${slug.toUpperCase()}-${identifier(building.random, 6)}`,
    elastic: `DM-${slug.toUpperCase()}-${identifier(building.random, 6)}`,
  }[kind];
  return emptyDraft(building, name, kind, [groupOf(account, lines)], lines, zone);
}

function emptyDraft(
  building: Building,
  name: string,
  kind: ServerKind,
  groups: readonly ClientGroup[],
  lines: number,
  zone: string,
): Draft {
  const { options, clocks } = building;
  const clock = clocks.get(zone) ?? createClock(zone, options.start - 3 * day, options.end + 1500 * day);
  clocks.set(zone, clock);
  const random = seeded(options.seed, `server ${name}`);
  const draft: Draft = {
    name,
    kind,
    clock,
    groups,
    lines,
    start: options.start,
    end: options.end,
    random,
    pools: [],
    rows: [],
    script: [],
    backSteps: [],
    requests: 0,
    growth: between(random, -1, 6) / 10,
    pattern: chance(random, 0.05) ? 'always' : 'office',
    stop: Infinity,
    parity: -1,
    rotated: false,
  };
  building.drafts.push(draft);
  return draft;
}

function groupOf(account: string, lines: number): ClientGroup {
  return { account, site: slugOf(account), clients: Math.min(4000, Math.max(30, Math.round(3 * Math.sqrt(lines)))) };
}

function indices(list: readonly unknown[]): number[] {
  return list.map((_, i) => i);
}
