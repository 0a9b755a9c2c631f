import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { standardInput } from '../../ingest/input.ts';
import { ApiError } from '../errors.ts';
import type { AnyRoute } from '../route.ts';
import { route } from '../route.ts';
import * as schemas from '../schemas.ts';
import type { Context, IngestReport, Service, SourceOptions } from '../service.ts';
import type { ServerState } from '../state.ts';
import { serviceOf } from '../state.ts';

/** Entitlements and mapping files are small; a log posted here by mistake is not. */
const largestDocument = 64 * 1024 * 1024;

/** Bringing data in. */
export function loadingRoutes(state: ServerState): readonly AnyRoute[] {
  return [
    route({
      method: 'POST',
      url: '/api/v1/events',
      summary: 'Takes events, one JSON object a line. Sending the same lines again changes nothing.',
      needs: 'write',
      query: schemas.sourceQuery,
      body: 'stream',
      bodyType: 'application/x-ndjson',
      answer: schemas.ingestAnswer,
      handle: ({ query, body, caller, signal }) =>
        ingestStream(serviceOf(state), body, 'events.ndjson', { ...query, format: 'ndjson' }, { caller, signal }),
    }),
    route({
      method: 'POST',
      url: '/api/v1/ingest',
      summary: "Takes a license server's log file or an export, as it is. The same lines twice count once.",
      needs: 'write',
      query: schemas.uploadQuery,
      body: 'stream',
      bodyType: 'application/octet-stream',
      answer: schemas.ingestAnswer,
      handle: ({ query: { file, options, ...source }, body, caller, signal }) =>
        ingestStream(serviceOf(state), body, file, { ...source, options: optionsOf(options) }, { caller, signal }),
    }),
    route({
      method: 'POST',
      url: '/api/v1/entitlements',
      summary: 'Loads what was bought: CSV or a FlexNet license file. Replaces what was loaded under the same name.',
      needs: 'write',
      query: schemas.documentQuery,
      body: 'stream',
      bodyType: 'text/plain',
      answer: schemas.loadAnswer,
      handle: async ({ query: { file, ...defaults }, body, caller, signal }) =>
        serviceOf(state).loadEntitlements({ ...defaults, name: file, text: await document(body) }, { caller, signal }),
    }),
    route({
      method: 'GET',
      url: '/api/v1/entitlements',
      summary: 'What was bought, as far as it is known now.',
      needs: 'read',
      query: schemas.nothing,
      answer: schemas.entitlementsAnswer,
      handle: async ({ caller, signal }) => ({
        entitlements: await serviceOf(state).entitlements({ caller, signal }),
      }),
    }),
    route({
      method: 'GET',
      url: '/api/v1/unreadable-lines',
      summary:
        'Lines that could not be read or dated, with the reason. Whose they are is not known: a token limited to accounts gets 403.',
      needs: 'read',
      query: schemas.unusableQuery,
      answer: schemas.unusableAnswer,
      handle: ({ query, caller, signal }) => serviceOf(state).unusableLines(query, { caller, signal }),
    }),
    route({
      method: 'POST',
      url: '/api/v1/accounts',
      summary: 'Loads a mapping file: account by user, host, group or project; product by feature.',
      needs: 'write',
      query: schemas.documentQuery.pick({ file: true }),
      body: 'stream',
      bodyType: 'text/plain',
      answer: schemas.loadAnswer,
      handle: async ({ query, body, caller, signal }) =>
        serviceOf(state).loadAccounts({ name: query.file, text: await document(body) }, { caller, signal }),
    }),
  ];
}

/** The stream is put aside on disk first: some formats read their lines twice, and a client that stalls blocks nobody. */
async function ingestStream(
  service: Service,
  body: Readable,
  name: string,
  source: SourceOptions,
  context: Context,
): Promise<IngestReport> {
  const input = await standardInput(body, name);
  try {
    return await service.ingest([{ input, source }], context);
  } finally {
    await input.close();
  }
}

async function document(body: Readable): Promise<string> {
  let bytes = 0;
  body.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > largestDocument)
      body.destroy(
        new ApiError(413, 'too_large', 'The document is larger than 64 MB.', 'Logs go to POST /api/v1/ingest.'),
      );
  });
  return text(body);
}

function optionsOf(given: string | undefined): Readonly<Record<string, unknown>> | undefined {
  if (given === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(given);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // Said below, together with the other ways of being no JSON object.
  }
  throw new ApiError(
    400,
    'invalid_request',
    `options: expected a JSON object, found ${given}.`,
    'Write it as JSON and URL-encode it.',
  );
}
