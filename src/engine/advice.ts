/**
 * What notices tell whoever asks through the API to do. Pages and reports put words for their own readers in the place of exactly
 * these (`src/share/notices.ts`).
 */
export const advice = {
  /** Behind "Only n rows are shown". */
  cut: 'Raise "limit", or narrow the filters.',
  /** Behind use that no entitlement covers. */
  unmapped: 'The measure "coverageGaps" lists such use.',
  /** Behind use that is left out. */
  alsoUnmapped: ', and counted as unmapped in the measure "quality"',
  /** Behind what does not apply to metered licenses. */
  metered: 'The measure "meteredUse" tells consumed, bought and the rest.',
} as const;
