import type { FamilyId, Guidance } from './families.ts';
import type { KnownReasonId } from './reasons.ts';

/** Kebab-case and stable: it is stored with each denial. One id for one meaning, whatever the license system. */
export type ReasonId = string;

export interface Reason extends Guidance {
  readonly id: ReasonId;
  readonly title: string;
  readonly family: FamilyId;
}

/** A reason as it is written down: what it does not say is its family's. */
export interface ReasonDraft extends Partial<Guidance> {
  readonly title: string;
  readonly family: FamilyId;
}

/** License systems whose codes are known. */
export const licenseSystems = ['flexnet', 'fne', 'dm', 'rlm'] as const;
/** Empty where the source does not say. */
export type LicenseSystem = (typeof licenseSystems)[number] | '';

/** One license system's denial codes. */
export interface CodeCatalogue {
  readonly system: Exclude<LicenseSystem, ''>;
  readonly title: string;
  readonly codes: readonly CodeEntry[];
  /** Parts of texts, lower case, for lines whose code is missing or unknown. The first that fits counts. */
  readonly phrases: readonly (readonly [phrase: string, reason: KnownReasonId])[];
}

export interface CodeEntry {
  /** As the system writes it. */
  readonly code: string;
  readonly reason: KnownReasonId;
  /** The system's own text. */
  readonly text: string;
}

/** A code that refuses a license. */
export const denies = (code: number, reason: KnownReasonId, text: string): CodeEntry => ({
  code: String(code),
  reason,
  text,
});

/** A code that refuses nobody a license: a state, a return, administration. */
export const noDenial = (code: number, text: string, reason: KnownReasonId = 'no-denial'): CodeEntry => ({
  code: String(code),
  reason,
  text,
});
