import { createClock } from './clock.ts';
import type { Clock } from './clock.ts';
import type { CaseBook } from './cases.ts';
import type { Draft } from './draft.ts';
import { identifier, slugOf } from './names.ts';
import { between, chance, seeded } from './random.ts';
import type { Random } from './random.ts';
import { addServerLife } from './script.ts';
import type { CaseName, ClientGroup, PlannedCase, ServerKind } from './plan.ts';

const day = 86_400_000;

/** The settings that a plan depends on. Times in milliseconds. */
export interface PlanOptions {
  readonly events: number;
  readonly start: number;
  readonly end: number;
  readonly seed: number;
  readonly accounts: number;
  readonly noise: number;
}

/** What is being planned: servers are added one by one. */
export interface Building {
  readonly options: PlanOptions;
  readonly random: Random;
  readonly clocks: Map<string, Clock>;
  readonly names: readonly string[];
  readonly drafts: Draft[];
  readonly cases: PlannedCase[];
}

/** Gives a FlexNet server its daily life, and hands the account's cases over. */
export function live(building: Building, draft: Draft, book: CaseBook, crashes: boolean): void {
  addServerLife(draft, { crashes, busy: draft.lines > 4000 });
  if (crashes) note(building, 'restart with sessions open', draft);
  note(building, 'clock back-step', draft);
  building.cases.push(...book.cases.splice(0));
}

/** Remembers that a server shows a case. */
export function note(building: Building, name: CaseName, draft: Draft): void {
  building.cases.push({
    name,
    account: draft.groups.length === 1 ? (draft.groups[0]?.account ?? '') : '',
    feature: '',
    server: draft.name,
  });
}

/** A server of one account, named after it. */
export function newDraft(
  building: Building,
  account: string,
  kind: ServerKind,
  lines: number,
  zone: string,
  part: number,
  clients = clientsFor(lines),
): Draft {
  const slug = slugOf(account);
  const name = {
    flexnet: `${slug}-lic${String(part + 1).padStart(2, '0')}`,
    cls: `CLS-${slug.toUpperCase()}-${identifier(building.random, 6)}`,
    elastic: `DM-${slug.toUpperCase()}-${identifier(building.random, 6)}`,
  }[kind];
  return emptyDraft(building, name, kind, [groupOf(account, clients)], lines, zone);
}

/** A server for the given accounts, as yet without features. */
export function emptyDraft(
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

export function groupOf(account: string, clients: number): ClientGroup {
  return { account, site: slugOf(account), clients };
}

/** How many people write so many lines. */
export function clientsFor(lines: number): number {
  return Math.min(4000, Math.max(30, Math.round(3 * Math.sqrt(lines))));
}
