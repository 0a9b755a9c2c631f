import { requireEntitlements } from '../ingest/entitlements/read.ts';
import { formats } from '../ingest/formats/registry.ts';
import { detectFormat, InputError, requireTimezone } from '../ingest/input.ts';
import type { MappingRule } from '../ingest/mappings/mapping.ts';
import { requireMapping } from '../ingest/mappings/read.ts';
import type { IngestFile } from '../ingest/pipeline.ts';
import { ApiError } from './errors.ts';
import { guarded } from './guard.ts';
import type { EntitlementDocument, IngestContext, IngestReport, NamedText, SourceFile } from './service.ts';

/** What is given to be loaded, read without a store: so a mistake in it is told before one is made. */

/** The rows of a document. Throws for what is none. */
export const entitlementsIn = ({ name, text, account = '', server = '' }: EntitlementDocument) =>
  ofItsKind('a CSV of entitlements or a FlexNet license file', name, text, () =>
    requireEntitlements(text, name, { account, server }),
  );

/** The rules of a document. Throws for what is none. */
export const rulesIn = ({ name, text }: NamedText): readonly MappingRule[] =>
  ofItsKind('a mapping of accounts or products as CSV', name, text, () => requireMapping(text, name));

/** Reads a document; when that fails because it is a log or an export of events, says so instead of naming its first line. */
function ofItsKind<T>(expected: string, name: string, text: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    const found = eventsFormatOf(name, text);
    if (found === undefined) throw error;
    throw new ApiError(
      400,
      'wrong_format',
      `${name}: expected ${expected}, found a ${found}. Nothing of it was loaded.`,
      'Read it with: license-analytics ingest FILE',
      { cause: error },
    );
  }
}

/** Enough to tell a format by, characters. */
const headLength = 64 * 1024;

function eventsFormatOf(name: string, text: string): string | undefined {
  try {
    return detectFormat(Buffer.from(text.slice(0, headLength)), formats, 'auto', name).format.title;
  } catch (error) {
    if (error instanceof InputError) return undefined;
    throw error;
  }
}

/** What an ingest reads, and how. */
export interface Chosen {
  readonly files: readonly IngestFile[];
  readonly chosen: IngestReport['formats'];
  readonly refused: IngestReport['refused'];
}

/** The format of each file. Files of the wrong kind are left out and told of; when nothing is left, the first is thrown. */
export async function chooseFormats(
  given: readonly SourceFile[],
  siteTimezone: string,
  { caller }: Pick<IngestContext, 'caller'>,
): Promise<Chosen> {
  const files: IngestFile[] = [];
  const chosen: IngestReport['formats'][number][] = [];
  const refused: IngestReport['refused'][number][] = [];
  let first: InputError | undefined;
  for (const { input, source } of given) {
    const { format: wanted = 'auto', server, account, timezone = siteTimezone, options } = source;
    requireTimezone(timezone);
    try {
      const { format, reason } = detectFormat(await input.head(), formats, wanted, input.name, options);
      files.push({
        input,
        format: caller.accounts === 'all' ? format : guarded(format, caller.accounts, server ?? ''),
        source: {
          timezone,
          ...(server !== undefined && { server }),
          ...(account !== undefined && { account }),
          ...(options !== undefined && { formatOptions: options }),
        },
      });
      chosen.push({ file: input.name, format: format.name, reason });
    } catch (error) {
      if (!(error instanceof InputError) || error.code === 'unknown-format') throw error;
      first ??= error;
      refused.push({ file: input.name, reason: error.message, todo: error.advice });
    }
  }
  if (files.length === 0 && first !== undefined) throw first;
  return { files, chosen, refused };
}
