import { catalogueFeature } from './catalogue.ts';
import type { CatalogueFeature } from './catalogue.ts';
import { startOfDay } from './clock.ts';
import { blankPool, concurrentRow, elasticFeature, loadOf, workMoment } from './draft.ts';
import type { Draft } from './draft.ts';
import { limitsOf } from './entitled.ts';
import { tokenProduct } from './catalogue.ts';
import type { CaseName, EntitlementPlan, PlannedCase } from './plan.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** Catalogue numbers from here on belong to planned cases, so that they never meet a feature an account uses anyway. */
const caseFeatures = 97;

/** Adds planned cases to the servers of one account, and remembers which feature shows which. */
export interface CaseBook {
  readonly cases: PlannedCase[];
  /** Next free catalogue number. */
  next: number;
}

export function caseBook(firstFree: number): CaseBook {
  return { cases: [], next: firstFree + caseFeatures };
}

function remember(book: CaseBook, draft: Draft, name: CaseName, feature: string): void {
  book.cases.push({ name, account: draft.groups[0]?.account ?? '', feature, server: draft.name });
}

interface Sizing {
  /** Per unit of size: what is bought, and where demand ends. */
  readonly quantity: number;
  readonly ceiling: number;
  readonly overdraft?: number;
}

/** A concurrent feature whose use reaches exactly `ceiling`, twice at least, and never goes beyond it. */
export function addSizedCase(book: CaseBook, draft: Draft, name: CaseName, sizing: Sizing): void {
  const entry = nextPlainFeature(book);
  const size = sizeFor(draft, entry, sizing.ceiling);
  const row: EntitlementPlan = {
    ...concurrentRow(draft.groups[0]?.account ?? '', entry, sizing.quantity * size, {
      start: startOfDay(draft.start) - 30 * day,
      until: startOfDay(draft.end) + 200 * day,
      server: '',
    }),
    overdraft: (sizing.overdraft ?? 0) * size,
  };
  const pool = addPool(draft, entry, [row], sizing.ceiling * size);
  remember(book, draft, name, entry.feature);
  for (const fraction of [0.5, 0.9]) {
    const at = workMoment(draft, fraction, 10) + 30 * minute;
    draft.script.push({ at, kind: 'fill', pool, quantity: sizing.ceiling * size, x: 2400 });
    if (sizing.overdraft === undefined) continue;
    // At the limit: one client gives up, another keeps trying until somebody leaves.
    const full = at + sizing.ceiling * size * 8000 + minute;
    draft.script.push({ at: full, kind: 'retry', pool, client: 0, quantity: 1, x: 3, y: 20 });
    draft.script.push({ at: full, kind: 'retry', pool, client: 1, quantity: 1, x: 14, y: 280 });
  }
}

/** A concurrent feature under given entitlements (none: unmapped), asked for at the given fractions of the range. */
export function addTermedCase(
  book: CaseBook,
  draft: Draft,
  name: CaseName,
  terms: readonly { quantity: number | null; start: number; until: number }[],
  moments: readonly number[],
): void {
  const entry = nextPlainFeature(book);
  const rows = terms.map((term) =>
    concurrentRow(draft.groups[0]?.account ?? '', entry, term.quantity, { ...term, server: '' }),
  );
  const pool = addPool(draft, entry, rows, Infinity);
  remember(book, draft, name, entry.feature);
  moments.forEach((fraction, i) => {
    const at = workMoment(draft, fraction, 9) + 20 * minute;
    draft.script.push({ at, kind: 'request', pool, client: i, x: 1800 });
    draft.script.push({ at: at + 5 * minute, kind: 'request', pool, client: i + 1, x: 2400 });
  });
}

/** Solver licenses taken several at a time: one checkout comes back in two parts, another one grows. */
export function addBatchCase(book: CaseBook, draft: Draft): void {
  let entry = catalogueFeature(book.next++);
  while (entry.batch.length === 1) entry = catalogueFeature(book.next++);
  const term = { start: startOfDay(draft.start) - 60 * day, until: startOfDay(draft.end) + 250 * day, server: '' };
  const row = concurrentRow(draft.groups[0]?.account ?? '', entry, 64, term);
  const pool = addPool(draft, entry, [row], 40);
  remember(book, draft, 'partial check-in and upgrade', entry.feature);
  const at = workMoment(draft, 0.4, 9);
  draft.script.push({ at, kind: 'batch', pool, client: 3, quantity: 16, x: 3000, y: 1 });
  draft.script.push({ at: at + 2 * minute, kind: 'batch', pool, client: 4, quantity: 8, x: 2400, y: 2 });
}

/** All licenses are out; one client waits in the queue until somebody leaves. */
export function addQueueCase(book: CaseBook, draft: Draft): void {
  const entry = nextPlainFeature(book);
  const term = { start: startOfDay(draft.start) - 60 * day, until: startOfDay(draft.end) + 250 * day, server: '' };
  const pool = addPool(draft, entry, [concurrentRow(draft.groups[0]?.account ?? '', entry, 3, term)], 3);
  remember(book, draft, 'queue', entry.feature);
  const at = workMoment(draft, 0.65, 9);
  draft.script.push({ at, kind: 'fill', pool, quantity: 3, x: 300 });
  draft.script.push({ at: at + minute, kind: 'queue', pool, client: 0 });
}

/** Bought, and never asked for. */
export function addIdleCase(book: CaseBook, draft: Draft): void {
  const entry = nextPlainFeature(book);
  const term = { start: startOfDay(draft.start) - 60 * day, until: startOfDay(draft.end) + 150 * day, server: '' };
  draft.rows.push(concurrentRow(draft.groups[0]?.account ?? '', entry, 15, term));
  remember(book, draft, 'idle entitlement', entry.feature);
}

/** The quantity rises in the middle of the range, and use follows. */
export function addRenewalCase(book: CaseBook, draft: Draft): void {
  const entry = nextPlainFeature(book);
  const middle = startOfDay((draft.start + draft.end) / 2);
  const size = sizeFor(draft, entry, 12);
  const account = draft.groups[0]?.account ?? '';
  const rows = [
    concurrentRow(account, entry, 10 * size, { start: startOfDay(draft.start) - 180 * day, until: middle, server: '' }),
    concurrentRow(account, entry, 16 * size, { start: middle, until: startOfDay(draft.end) + 180 * day, server: '' }),
  ];
  const pool = addPool(draft, entry, rows, 12 * size);
  remember(book, draft, 'quantity change', entry.feature);
  draft.script.push({ at: workMoment(draft, 0.2, 10), kind: 'fill', pool, quantity: 9 * size, x: 2400 });
  draft.script.push({ at: workMoment(draft, 0.85, 10), kind: 'fill', pool, quantity: 12 * size, x: 2400 });
}

/** A metered feature that has consumed exactly `share` of its quantity when the range ends. */
export function addMeteredCase(book: CaseBook, draft: Draft, name: CaseName, share: number, overdraft: number): void {
  const entry = nextPlainFeature(book);
  const requests = draft.requests * 0.05;
  const quantity = Math.max(100, Math.ceil((requests * 2) / share / 10) * 10);
  const row = meteredRow(draft, entry, quantity, overdraft, startOfDay(draft.end) + 120 * day);
  const full = share === 1;
  const pool = addPool(draft, entry, [row], full ? Infinity : quantity * share, 2);
  remember(book, draft, name, row.feature);
  draft.script.push({ at: draft.end - 6 * hour, kind: 'topUp', pool, quantity: quantity * share, client: 0 });
  if (!full) return;
  for (let i = 0; i < 3; i++) {
    draft.script.push({ at: draft.end - 5 * hour + i * 20 * minute, kind: 'request', pool, client: i, x: 60 });
  }
}

/** A metered feature whose line item has ended, while clients go on asking. */
export function addExpiredMeteredCase(book: CaseBook, draft: Draft): void {
  const entry = nextPlainFeature(book);
  const until = startOfDay(draft.start + 0.6 * (draft.end - draft.start));
  const pool = addPool(draft, entry, [meteredRow(draft, entry, 500, 0, until)], 480, 2);
  remember(book, draft, 'metered expired with denials', elasticFeature(entry));
  [0.2, 0.3, 0.8, 0.9].forEach((fraction, i) => {
    draft.script.push({ at: workMoment(draft, fraction, 13), kind: 'request', pool, client: i, x: 60 });
  });
}

function meteredRow(
  draft: Draft,
  entry: CatalogueFeature,
  quantity: number,
  overdraft: number,
  until: number,
): EntitlementPlan {
  return {
    account: draft.groups[0]?.account ?? '',
    product: tokenProduct,
    feature: elasticFeature(entry),
    model: 'metered',
    quantity,
    overdraft,
    start: startOfDay(draft.start) - 20 * day,
    until,
    server: '',
    period: 'term',
  };
}

function addPool(draft: Draft, entry: CatalogueFeature, rows: EntitlementPlan[], ceiling: number, charge = 0): number {
  draft.rows.push(...rows);
  const limits = rows.length === 0 ? [{ from: 0, licenses: 6 }] : limitsOf(rows);
  draft.pools.push({ ...blankPool(draft, entry), weight: 0.02, limits, ceiling, charge });
  return draft.pools.length - 1;
}

/** The next catalogue feature that is taken one license at a time. */
function nextPlainFeature(book: CaseBook): CatalogueFeature {
  for (;;) {
    const entry = catalogueFeature(book.next++);
    if (entry.batch.length === 1) return { ...entry, meanSeconds: 1800 };
  }
}

/** So large that the everyday load stays well below the ceiling. */
function sizeFor(draft: Draft, entry: CatalogueFeature, ceiling: number): number {
  return Math.max(1, Math.ceil((1.3 * loadOf(draft, draft.requests * 0.02, entry)) / ceiling));
}
