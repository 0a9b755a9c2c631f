import type { CodeCatalogue } from '../reason.ts';
import { denies } from '../reason.ts';

/**
 * Dynamic Monetization (elastic access). Few of its numbers are published (v1.0 three digits, v1.1 four), so that most
 * refusals are told by their text.
 */
export const dm: CodeCatalogue = {
  system: 'dm',
  title: 'Dynamic Monetization',
  codes: [
    denies(102, 'session-failed', 'No Status'),
    denies(201, 'not-in-rate-table', 'Item not found in any effective rate table'),
  ],
  phrases: [
    // As the source document's report calls them ("License Server Usage and Denials").
    ['feature expired', 'feature-expired'],
    ['feature unavailable', 'feature-unavailable'],
    ['insufficient elastic token', 'insufficient-tokens'],
    ['insufficient token', 'insufficient-tokens'],
    ['not enough token', 'insufficient-tokens'],
    ['no valid active line item', 'no-valid-line-item'],
    ['no active line item', 'no-valid-line-item'],
    ['no valid line item', 'no-valid-line-item'],
    ['rate table', 'not-in-rate-table'],
    ['rule of access', 'rejected-by-rule'],
    ['rules of access', 'rejected-by-rule'],
    ['rejected by rule', 'rejected-by-rule'],
    ['rejected by a rule', 'rejected-by-rule'],
    ['no status', 'session-failed'],
  ],
};
