import { catalogues } from './catalogues/registry.ts';
import type { Family, FamilyId } from './families.ts';
import { families } from './families.ts';
import type { DenialOverride } from './overrides.ts';
import type { CodeEntry, LicenseSystem, Reason, ReasonDraft, ReasonId } from './reason.ts';
import { reasonDrafts } from './reasons.ts';

export type { Family, FamilyId, Guidance, Owner } from './families.ts';
export type { LicenseSystem, Reason, ReasonId } from './reason.ts';
export type { DenialOverride } from './overrides.ts';
export { denialOverridesSchema } from './overrides.ts';

/** What a license system says of a refusal. */
export interface Refusal {
  readonly system: LicenseSystem;
  /** As the system writes it; empty where it gives none. */
  readonly code: string;
  /** The system's own words; may end in codes in parentheses. */
  readonly text: string;
  /** UNSUPPORTED lines whose code and text say nothing known are in family "feature unavailable". */
  readonly kind?: 'denial' | 'unsupported';
}

/** Code → reason → family, and what to do about each. */
export interface Catalogue {
  /** By code, else by text; what is unknown keeps its text as its reason, in family "other". */
  reasonOf(refusal: Refusal): ReasonId;
  /** Never fails: an id that the catalogue does not know is an unknown reason's text. */
  reason(id: ReasonId): Reason;
  reasons(): readonly Reason[];
  families(): readonly Family[];
  family(id: FamilyId): Family;
  /** The known codes of a system, each with its own text. */
  codes(system: Exclude<LicenseSystem, ''>): readonly CodeEntry[];
}

/** The catalogue that comes with the product, changed by the configuration's entries, the later ones first. */
export function createCatalogue(overrides: readonly DenialOverride[] = []): Catalogue {
  const familyById = new Map(families.map((family) => [family.id, family]));
  const familyOf = (id: FamilyId): Family => {
    const family = familyById.get(id);
    if (family === undefined) throw new Error(`No denial family is named "${id}".`);
    return family;
  };
  const reasons = new Map<ReasonId, Reason>(
    Object.entries(reasonDrafts).map(([id, draft]) => [id, completed(id, draft, familyOf)]),
  );
  for (const override of overrides) reasons.set(override.reason, overridden(override, reasons, familyOf));

  const entries = new Map<string, CodeEntry>(
    catalogues.flatMap(({ system, codes }) => codes.map((entry) => [`${system} ${entry.code}`, entry] as const)),
  );
  const ownCodes = new Map<string, ReasonId>(
    overrides.flatMap((entry) => entry.codes.map((code) => [`${entry.system ?? ''} ${code}`, entry.reason] as const)),
  );
  const configured = (system: LicenseSystem, code: string): ReasonId | undefined =>
    ownCodes.get(`${system} ${code}`) ?? ownCodes.get(` ${code}`);
  const builtIn = (system: LicenseSystem, code: string): ReasonId | undefined =>
    entries.get(`${system} ${code}`)?.reason;
  const byText = textMatcher(overrides);
  /** By the code alone: not where FlexNet's and RLM's mean different things, and a text that nobody knows says that it is another. */
  const guessed = (code: string, text: string): ReasonId | undefined => {
    const reason = builtIn(guessSystem(code), code);
    const other = code.startsWith('-') ? builtIn('rlm', code) : undefined;
    return plainText(text) !== '' && other !== undefined && other !== reason ? undefined : reason;
  };

  return {
    reasonOf({ system, code, text, kind }) {
      // Who does not say which system writes may use any system's words: those tell more than a guess by the code.
      const known =
        system === ''
          ? (configured(guessSystem(code), code) ?? byText('', text) ?? guessed(code, text))
          : (configured(system, code) ?? builtIn(system, code) ?? byText(system, text));
      if (known !== undefined) return known;
      if (kind === 'unsupported') return 'unsupported';
      return plainText(text) || (code === '' ? 'unknown' : `Code ${code}`);
    },
    reason: (id) => reasons.get(id) ?? completed(id, { title: id, family: 'other' }, familyOf),
    reasons: () => [...reasons.values()],
    families: () => families,
    family: familyOf,
    codes: (system) => catalogues.find((catalogue) => catalogue.system === system)?.codes ?? [],
  };
}

type FamilyOf = (id: FamilyId) => Family;

/** What the draft does not say is its family's. */
function completed(id: ReasonId, draft: ReasonDraft, familyOf: FamilyOf): Reason {
  const { insight, opportunity, owner, advice } = familyOf(draft.family);
  return { insight, opportunity, owner, advice, ...draft, id };
}

/** A reason put into another family takes over that family's guidance, but for what the entry says itself. */
function overridden(override: DenialOverride, reasons: ReadonlyMap<ReasonId, Reason>, familyOf: FamilyOf): Reason {
  const { reason: id, title, family, insight, opportunity, owner, advice } = override;
  const before = reasons.get(id);
  const stays = before !== undefined && (family === undefined || family === before.family);
  const base = stays
    ? before
    : completed(id, { title: before?.title ?? titleOf(id), family: family ?? 'other' }, familyOf);
  return {
    ...base,
    title: title ?? base.title,
    insight: insight ?? base.insight,
    opportunity: opportunity ?? base.opportunity,
    owner: owner ?? base.owner,
    advice: advice ?? base.advice,
  };
}

const titleOf = (id: ReasonId): string => id.charAt(0).toUpperCase() + id.slice(1).replaceAll('-', ' ');

/**
 * A code without a system: FlexNet's are negative, FNE's have up to two digits, Dynamic Monetization's three or four.
 * RLM's are negative too, so that an RLM source has to be named.
 */
function guessSystem(code: string): LicenseSystem {
  if (code.startsWith('-')) return 'flexnet';
  return code.length <= 2 ? 'fne' : 'dm';
}

/** Without the codes, addresses and punctuation around it, at most 120 characters: the same reason reads the same. */
function plainText(text: string): string {
  return text
    .replace(/\s*\(-?\d+(?:[,:][^()]*)?\)/g, '')
    .replace(/\s+/g, ' ')
    .replace(/^[\s("]+|[\s.)"]+$/g, '')
    .slice(0, 120);
}

type TextMatcher = (system: LicenseSystem, text: string) => ReasonId | undefined;

/** By the configuration's texts, by the exact text of a known code, by a known part of a text; own system first. */
function textMatcher(overrides: readonly DenialOverride[]): TextMatcher {
  const own = overrides
    .toReversed()
    .flatMap(({ texts, reason, system }) => texts.map((text) => ({ system, phrase: text.toLowerCase(), reason })));
  const exact = new Map<string, ReasonId>();
  for (const { system, codes } of catalogues) {
    for (const { text, reason } of codes) {
      const key = normalised(text);
      exact.set(`${system} ${key}`, reason);
      if (!exact.has(` ${key}`)) exact.set(` ${key}`, reason);
    }
  }
  return (system, text) => {
    const key = normalised(text);
    if (key === '') return undefined;
    const configured = own.find(
      (entry) => (entry.system === undefined || system === '' || entry.system === system) && key.includes(entry.phrase),
    );
    const ownSystemFirst = catalogues.toSorted((a, b) => Number(b.system === system) - Number(a.system === system));
    return (
      configured?.reason ??
      exact.get(`${system} ${key}`) ??
      exact.get(` ${key}`) ??
      ownSystemFirst.flatMap(({ phrases }) => phrases).find(([phrase]) => key.includes(phrase))?.[1]
    );
  };
}

/**
 * Lower case, without the system's name that reports put behind a reason, and in the words that newer versions replaced
 * ("license server system" was "license server").
 */
const normalised = (text: string): string =>
  plainText(text)
    .toLowerCase()
    .replace(/\s*\(dynamic monetization\)?$/, '')
    .replace(/license server (?:system|machine)/g, 'license server');
