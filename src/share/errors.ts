/** Why something was not shared, with what to do about it. */
export const shareErrorCodes = {
  /** The account is not known, or whoever asks may not see it. */
  unknown_account: 404,
  /** A panel could not be answered: half a report is not shared. */
  report_incomplete: 503,
  unknown_table: 400,
  report_too_large: 413,
  grafana_unreachable: 502,
  grafana_refused: 502,
  /** What Grafana shows is not what it was given. */
  grafana_differs: 502,
  share_not_found: 404,
  no_browser: 501,
  pdf_failed: 500,
} as const;
export type ShareErrorCode = keyof typeof shareErrorCodes;

export class ShareError extends Error {
  override readonly name = 'ShareError';
  constructor(
    readonly code: ShareErrorCode,
    message: string,
    readonly todo: string,
    options: { readonly cause?: unknown } = {},
  ) {
    super(message, options);
  }
}
