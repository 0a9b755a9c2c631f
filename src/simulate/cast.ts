import { clientsFor, emptyDraft, groupOf, live, newDraft, note } from './building.ts';
import type { Building } from './building.ts';
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
import { catalogueFeature, clsCauses, elasticCauses, flexnetCauses } from './catalogue.ts';
import { startOfDay } from './clock.ts';
import { addOrdinaryPools, blankPool, concurrentRow, workMoment } from './draft.ts';
import type { Draft } from './draft.ts';
import { identifier } from './names.ts';
import { between, chance, itemOf } from './random.ts';
import { addDenialTour } from './script.ts';

const day = 86_400_000;

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

/** One account that is being planned. */
interface Stage {
  readonly building: Building;
  readonly account: string;
  readonly index: number;
  /** Activity lines that its servers should write together. */
  readonly lines: number;
  readonly book: CaseBook;
  /** Catalogue number of its first feature, and how many it uses. */
  readonly offset: number;
  readonly features: number;
}

/** `share`: of the account's lines and features; `part`: which of its servers (each has features of its own). */
function addServer(stage: Stage, kind: 'flexnet' | 'cls' | 'elastic', share = 1, part = 0, zone?: string): Draft {
  const { building, account, lines, offset, features, index } = stage;
  const draft = newDraft(building, account, kind, lines * share, zone ?? itemOf(zones, index % zones.length), part);
  addOrdinaryPools(draft, offset + part * features, Math.max(2, Math.round(features * share)));
  return draft;
}

/** The accounts that show the planned cases, in this order; all further accounts are everyday ones. */
const roles: readonly ((stage: Stage) => void)[] = [
  eighty,
  ninetyFive,
  over,
  meteredNear,
  meteredOver,
  severalInstances,
  silent,
  expiring,
  inventory,
  twoSites,
  alwaysOn,
  shared,
  () => undefined, // on the server that `shared` plans
  () => undefined,
];
export const castSize = roles.length;

export function planAccount(building: Building, account: string, index: number, lines: number): void {
  const features = featuresPerAccount(building.options.events);
  const offset = between(building.random, 0, 90);
  const book = caseBook(offset + features * 2);
  const role = roles[index] ?? everyday;
  role({ building, account, index, lines, book, offset, features });
}

/** 8 at 200,000 events, 60 at 10 million. */
function featuresPerAccount(events: number): number {
  return Math.min(100, Math.max(5, Math.round(60 * (events / 1e7) ** 0.515)));
}

function eighty(stage: Stage): void {
  const server = addServer(stage, 'flexnet', 1, 0, 'America/New_York');
  addSizedCase(stage.book, server, 'usage 80 %', { quantity: 10, ceiling: 8 });
  addDenialTour(server, indices(flexnetCauses));
  live(stage.building, server, stage.book, true);
}

function ninetyFive(stage: Stage): void {
  const server = addServer(stage, 'flexnet', 1, 0, 'Europe/London');
  addSizedCase(stage.book, server, 'usage 95 %', { quantity: 20, ceiling: 19 });
  addRenewalCase(stage.book, server);
  addBatchCase(stage.book, server);
  addQueueCase(stage.book, server);
  live(stage.building, server, stage.book, true);
}

function over(stage: Stage): void {
  const server = addServer(stage, 'flexnet', 1, 0, 'Europe/Paris');
  server.rotated = true;
  addSizedCase(stage.book, server, 'usage over 100 % (overdraft)', { quantity: 10, ceiling: 12, overdraft: 2 });
  note(stage.building, 'rotated log', server);
  live(stage.building, server, stage.book, true);
}

function meteredNear(stage: Stage): void {
  const server = addServer(stage, 'elastic', 0.6);
  addMeteredCase(stage.book, server, 'metered near', 0.92, 0);
  addExpiredMeteredCase(stage.book, server);
  addDenialTour(server, indices(elasticCauses));
  live(stage.building, addServer(stage, 'flexnet', 0.4, 1), stage.book, false);
}

function meteredOver(stage: Stage): void {
  const server = addServer(stage, 'elastic', 0.6);
  addMeteredCase(stage.book, server, 'metered over', 1.18, -1);
  addMeteredCase(stage.book, server, 'metered exhausted', 1, 0);
  addDenialTour(server, indices(elasticCauses));
  live(stage.building, addServer(stage, 'flexnet', 0.4, 1), stage.book, false);
}

function severalInstances(stage: Stage): void {
  [0.4, 0.35, 0.25].forEach((share, part) => {
    const server = addServer(stage, 'cls', share, part);
    if (part === 0) addDenialTour(server, indices(clsCauses));
    note(stage.building, 'several CLS instances', server);
  });
}

function silent(stage: Stage): void {
  const { building, book } = stage;
  const { start, end } = building.options;
  const server = addServer(stage, 'flexnet', 1, 0, 'Europe/Berlin');
  server.stop = end - Math.min(24, (end - start) / day / 4) * day;
  note(building, 'silent source', server);
  live(building, server, book, true);
}

function expiring(stage: Stage): void {
  const { building, book } = stage;
  const { start, end } = building.options;
  const from = startOfDay(start) - 100 * day;
  const today = startOfDay(end);
  const expired = [{ quantity: 8, start: from, until: startOfDay(start + 0.6 * (end - start)) }];
  const server = addServer(stage, 'flexnet', 0.8, 0, 'America/Chicago');
  const soon = [{ quantity: 12, start: from, until: today + 8 * day }];
  addTermedCase(book, server, 'expires in 7 days', soon, [0.3, 0.9]);
  const later = [{ quantity: 25, start: from, until: today + 31 * day }];
  addTermedCase(book, server, 'expires in 30 days', later, [0.3, 0.9]);
  addTermedCase(book, server, 'expired with denials', expired, [0.2, 0.85, 0.95]);
  const cloud = addServer(stage, 'cls', 0.2, 1);
  addTermedCase(book, cloud, 'expired with denials', expired, [0.2, 0.85, 0.95]);
  live(building, server, book, true);
}

function inventory(stage: Stage): void {
  const { building, book } = stage;
  const server = addServer(stage, 'flexnet', 1, 0, 'America/Los_Angeles');
  const from = startOfDay(building.options.start) - 100 * day;
  const until = startOfDay(building.options.end) + 300 * day;
  addTermedCase(book, server, 'unmapped use', [], [0.15, 0.5, 0.9]);
  addTermedCase(book, server, 'uncounted', [{ quantity: null, start: from, until }], [0.25, 0.6, 0.9]);
  addIdleCase(book, server);
  live(building, server, book, false);
}

/** Two servers in two time zones serve one feature to one account. */
function twoSites(stage: Stage): void {
  const { building, account, book } = stage;
  const { start, end } = building.options;
  const entry = { ...catalogueFeature(book.next + 8), batch: [1], meanSeconds: 1800 };
  const sites = [
    addServer(stage, 'flexnet', 0.5, 0, 'America/New_York'),
    addServer(stage, 'flexnet', 0.5, 1, 'Asia/Tokyo'),
  ];
  sites.forEach((site, i) => {
    site.parity = i === 0 ? 0 : 1;
    site.pools.push({ ...blankPool(site, entry), weight: 0.2, limits: [{ from: 0, licenses: 10 }] });
    const pool = site.pools.length - 1;
    site.script.push({ at: workMoment(site, 0.7, 10), kind: 'fill', pool, quantity: 6 + i, x: 2400 });
    // Both end with a line at the same moment, so that neither is cut off before the other.
    site.script.push({ at: end - 2000, kind: 'timestamp', x: -1 });
    const term = { start: startOfDay(start) - 40 * day, until: startOfDay(end) + 200 * day, server: '' };
    if (i === 0) site.rows.push(concurrentRow(account, entry, 20, term));
    building.cases.push({ name: 'one feature on two servers', account, feature: entry.feature, server: site.name });
    live(building, site, book, true);
  });
}

/** A render farm that never sleeps; in its last day, and from then on, a monitoring probe takes a license every 12 minutes. */
function alwaysOn(stage: Stage): void {
  const { building, book } = stage;
  const { end } = building.options;
  const server = addServer(stage, 'flexnet', 1, 0, 'Europe/Berlin');
  server.pattern = 'always';
  const pool = server.pools.findIndex((one) => one.weight > 0);
  server.script.push({ at: end - day, kind: 'probe', pool, client: 0, x: 12 * 60 });
  // Refused so late that nobody can say how it ended.
  server.script.push({ at: end - 100_000, kind: 'storm', pool, client: 3, x: 0, y: 2 });
  note(building, 'around the clock', server);
  live(building, server, book, true);
}

/** One server of a hosting partner; this customer and the next two, told apart by their hosts. */
function shared(stage: Stage): void {
  const { building, index, offset, features } = stage;
  const lines = stage.lines * 2.5;
  const groups = [0, 1, 2].map((i) => groupOf(itemOf(building.names, index + i), clientsFor(lines / 3)));
  const name = `hosting-${identifier(building.random, 4).toLowerCase()}-lic01`;
  const server = emptyDraft(building, name, 'flexnet', groups, lines, 'Europe/Berlin');
  addOrdinaryPools(server, offset, features);
  const { feature } = itemOf(server.pools, 0);
  for (const { account } of groups) {
    building.cases.push({ name: 'shared server', account, feature, server: name });
  }
  live(building, server, stage.book, true);
}

/** One FlexNet server or two, often a CLS instance, now and then elastic use. */
function everyday(stage: Stage): void {
  const { building, book, lines } = stage;
  const { random } = building;
  const cloud = chance(random, 0.3) ? 0.25 : 0;
  const elastic = chance(random, 0.22) ? 0.15 : 0;
  const second = lines > 40_000 || chance(random, 0.15) ? 0.3 : 0;
  live(building, addServer(stage, 'flexnet', 1 - cloud - elastic - second), book, chance(random, 0.5));
  if (second > 0) live(building, addServer(stage, 'flexnet', second, 1), book, chance(random, 0.5));
  if (cloud > 0) addServer(stage, 'cls', cloud, 2);
  if (elastic > 0) addServer(stage, 'elastic', elastic, 3);
}

function indices(list: readonly unknown[]): number[] {
  return list.map((_, i) => i);
}
