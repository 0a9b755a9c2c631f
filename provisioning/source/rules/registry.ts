import type { Rule } from '../rule.ts';
import { denialsByFault, denialsOfAdoption, denialsOfDemand, denialsOfExpired, denialsOfShortage } from './denials.ts';
import { expiryCritical, expiryWarning } from './expiry.ts';
import { ingestErrors } from './ingest-errors.ts';
import { noAnswer } from './no-answer.ts';
import { beyondOverdraft, meteredBeyondOverdraft, meteredOverdraft, overdraft } from './overdraft.ts';
import { silenceCritical, silenceWarning } from './silence.ts';
import { meteredCritical, meteredWarning, utilizationCritical, utilizationWarning } from './utilization.ts';

/** Rules that are evaluated together, every `interval`. A new rule: its file, its import and its place here. */
export const groups: readonly { readonly name: string; readonly interval: string; readonly rules: readonly Rule[] }[] =
  [
    { name: 'Use', interval: '5m', rules: [utilizationWarning, utilizationCritical, overdraft, beyondOverdraft] },
    {
      name: 'Metered use',
      interval: '5m',
      rules: [meteredWarning, meteredCritical, meteredOverdraft, meteredBeyondOverdraft],
    },
    {
      name: 'Denials',
      interval: '1m',
      rules: [denialsOfShortage, denialsOfDemand, denialsOfAdoption, denialsByFault, denialsOfExpired],
    },
    { name: 'Entitlements', interval: '15m', rules: [expiryWarning, expiryCritical] },
    {
      name: 'License servers',
      interval: '1m',
      rules: [silenceWarning, silenceCritical, ingestErrors, noAnswer],
    },
  ];
