/** What went wrong in the store, as far as a caller can act on it. */
export type StoreErrorCode =
  | 'cancelled'
  | 'timeout'
  | 'memory'
  | 'disk'
  | 'locked'
  | 'unreachable'
  | 'access'
  | 'syntax'
  | 'invalid'
  | 'missing'
  | 'absent'
  | 'newer'
  | 'closed'
  | 'unsupported'
  | 'unknown';

/**
 * The one error of the store, whichever engine it came from. `message` is one sentence about what happened and one about
 * what to do; `clickhouseCode` is the engine's own number (`Code: 241`), where there is one.
 */
export class StoreError extends Error {
  override readonly name = 'StoreError';
  readonly code: StoreErrorCode;
  readonly clickhouseCode: number | undefined;
  /** What happened, without the advice. */
  readonly sentence: string;
  /** What to do about it. */
  readonly advice: string;

  constructor(
    code: StoreErrorCode,
    sentence: string,
    advice: string,
    options: { readonly clickhouseCode?: number; readonly cause?: unknown } = {},
  ) {
    super(advice === '' ? sentence : `${sentence} ${advice}`, { cause: options.cause });
    this.code = code;
    this.sentence = sentence;
    this.advice = advice;
    this.clickhouseCode = options.clickhouseCode;
  }
}

/** ClickHouse's own numbers (src/Common/ErrorCodes.cpp), by what a caller can do about them. */
const codeOf = new Map<number, StoreErrorCode>([
  ...[394, 734, 236].map((number) => [number, 'cancelled'] as const),
  ...[159, 160, 209].map((number) => [number, 'timeout'] as const),
  ...[241, 173].map((number) => [number, 'memory'] as const),
  ...[243, 1001].map((number) => [number, 'disk'] as const),
  ...[210, 279, 198, 32].map((number) => [number, 'unreachable'] as const),
  ...[192, 193, 194, 497, 516].map((number) => [number, 'access'] as const),
  ...[62].map((number) => [number, 'syntax'] as const),
  ...[60, 81, 218].map((number) => [number, 'missing'] as const),
  ...[6, 16, 20, 26, 27, 38, 41, 42, 43, 44, 46, 47, 53, 69, 70, 72, 130, 184, 215, 386, 395, 407, 456, 457, 691].map(
    (number) => [number, 'invalid'] as const,
  ),
  ...[48, 344, 701, 170, 225].map((number) => [number, 'unsupported'] as const),
]);

const adviceOf: Record<StoreErrorCode, string> = {
  cancelled: '',
  timeout: 'Ask for a shorter range or fewer groups, or allow more time.',
  memory: 'Ask for a shorter range or fewer groups, or give the store more memory.',
  disk: 'Free some space on the disk that holds the store, then try again.',
  locked: 'Stop that process, or talk to the running server instead of opening the directory.',
  unreachable: 'Check the URL and that ClickHouse is running there, then try again.',
  access: 'Check user name, password and rights on the database.',
  syntax: 'This is a fault in the program: please report it with this message.',
  invalid: 'Check the values that were passed.',
  missing: 'Open the store with its migrations applied.',
  absent:
    "Load a license server's log (license-analytics ingest FILE), or say where the data are: --data DIR, --clickhouse URL or --api URL.",
  newer: 'Use a newer version of this program.',
  closed: 'Open the store again.',
  unsupported: 'Use an engine or a version that supports it.',
  unknown: '',
};

/**
 * Turns whatever either engine throws into a `StoreError`: the only place that does.
 * @param address where the server should be, without a password
 */
export function toStoreError(error: unknown, address?: string): StoreError {
  if (error instanceof StoreError) return error;
  const message = error instanceof Error ? error.message : String(error);
  const number = clickhouseCodeOf(error, message);
  if (number !== undefined) {
    const code = codeOf.get(number) ?? 'unknown';
    return new StoreError(code, sentenceOf(code, message), adviceOf[code], { clickhouseCode: number, cause: error });
  }
  const network = networkCode(error);
  if (network !== undefined || /socket hang up|timeout error|fetch failed/i.test(message)) {
    const at = address === undefined ? '' : ` at ${address}`;
    const sentence = `ClickHouse${at} cannot be reached (${network ?? message}).`;
    return new StoreError('unreachable', sentence, adviceOf.unreachable, { cause: error });
  }
  return new StoreError('unknown', message, '', { cause: error });
}

/** A `StoreError` of our own making, with the usual advice for its code. */
export function storeError(
  code: StoreErrorCode,
  sentence: string,
  advice = adviceOf[code],
  cause?: unknown,
): StoreError {
  return new StoreError(code, sentence, advice, { cause });
}

/** Who only reads makes no store: where there is none, a name is wrong or nothing was loaded yet. */
export const absent = (place: string): StoreError => storeError('absent', `There is no store in ${place}.`);

export function cancelled(): StoreError {
  return storeError('cancelled', 'The query was cancelled.');
}

function clickhouseCodeOf(error: unknown, message: string): number | undefined {
  const match = /Code: (\d+)/.exec(message);
  if (match?.[1] !== undefined) return Number(match[1]);
  // @clickhouse/client strips "Code: N." from the message and keeps the number, as text, in `code`.
  const { code, clickhouseCode } = (error ?? {}) as { readonly code?: unknown; readonly clickhouseCode?: unknown };
  if (typeof clickhouseCode === 'number') return clickhouseCode;
  return typeof code === 'string' && /^\d+$/.test(code) ? Number(code) : undefined;
}

function networkCode(error: unknown): string | undefined {
  const { code } = (error ?? {}) as { readonly code?: unknown };
  return typeof code === 'string' && /^(E[A-Z]{4,}|UND_ERR_\w+|CERT_\w+)$/.test(code) ? code : undefined;
}

/** The engine's text without its number, version and stack, which `clickhouseCode` and `cause` keep. */
function sentenceOf(code: StoreErrorCode, message: string): string {
  if (code === 'cancelled') return 'The query was cancelled.';
  const text = message
    .replace(/^.*?Code: \d+\. DB::Exception: /s, '')
    .replace(/\s*\(version [^)]*\)\s*$/, '')
    .replace(/: While executing .*$/s, '');
  return /[.!?)]$/.test(text) ? text : `${text}.`;
}
