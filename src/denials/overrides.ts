import { z } from 'zod';
import { familyIds, owners } from './families.ts';

const code = z.union([z.string().min(1), z.int().transform(String)], { error: 'expected a code such as -4 or "201"' });
const sentence = z.string().min(1);

/**
 * One entry of `denials` in the configuration: leads codes or texts to a reason, says something else of a reason, adds a
 * new one, or all of it at once.
 */
export const denialOverrideSchema = z.strictObject({
  reason: z
    .string()
    .regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, { error: 'expected an id in lower case such as licensed-number-reached' })
    .describe('Id of a reason of the catalogue, or of a new one.'),
  system: z.enum(['flexnet', 'fne', 'dm', 'rlm']).optional().describe('Whose codes; every system when left out.'),
  codes: z.array(code).default([]).describe('Codes that mean this reason.'),
  texts: z.array(sentence).default([]).describe('Parts of texts, in any case, that mean this reason.'),
  family: z.enum(familyIds).optional(),
  title: sentence.optional(),
  insight: sentence.optional(),
  opportunity: sentence.optional(),
  owner: z.enum(owners).optional(),
  advice: sentence.optional().describe("What the customer's administrator can do; customers read it."),
});

export const denialOverridesSchema = z.array(denialOverrideSchema);

export type DenialOverride = z.output<typeof denialOverrideSchema>;
