import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { createGzip, gzip } from 'node:zlib';

/** Shorter texts gain nothing. Bytes. */
const shortest = 2048;
const gzipped = promisify(gzip);

/**
 * Pages and CSV are sent gzipped to whoever takes it: a page of all events is 1.6 MB, a tenth of it compressed. JSON is for programs
 * on the same machine or network, and is left as it is.
 *
 * Compression tells how alike two parts of an answer are by its length (BREACH, CVE-2013-3587): who could make a reader's browser ask
 * for pages with guesses in their address, and see how long the answers are, could find out names that stand on them. So
 * nothing is compressed that another site's page asks for (the sign-in cookie is not sent with that either, but a
 * password that the browser keeps is). What needs a guess to be reached at all, a link's address, does not stand on its page,
 * nor does a token on any; refusals, which repeat what was asked for, are not compressed.
 */
export function compressPages(app: FastifyInstance): void {
  app.addHook('onSend', async (request, reply, payload: unknown) => {
    // A stream that fails before its first byte is followed by the refusal.
    void reply.removeHeader('content-encoding');
    if (!isText(reply)) return payload;
    // Caches must keep both forms apart.
    void reply.header('vary', 'accept-encoding');
    if (reply.statusCode !== 200 || !takesGzip(request) || isAskedByOthers(request)) return payload;
    if (typeof payload === 'string' && Buffer.byteLength(payload) >= shortest) {
      void reply.header('content-encoding', 'gzip').removeHeader('content-length');
      return gzipped(payload);
    }
    if (payload instanceof Readable) {
      void reply.header('content-encoding', 'gzip').removeHeader('content-length');
      return payload.compose(createGzip()) as Readable;
    }
    return payload;
  });
}

const isText = (reply: FastifyReply): boolean => /^text\/(?:html|csv)\b/.test(String(reply.getHeader('content-type')));

/** RFC 9110, 12.5.3: a coding that is named, unless with the weight 0; every one where `*` stands. */
function takesGzip({ headers }: FastifyRequest): boolean {
  const weights = new Map(
    (headers['accept-encoding'] ?? '').split(',').map((part) => {
      const [coding = '', weight] = part.toLowerCase().split(';', 2);
      return [coding.trim(), Number(/^\s*q=([\d.]+)/.exec(weight ?? '')?.[1] ?? 1)] as const;
    }),
  );
  return (weights.get('gzip') ?? weights.get('*') ?? 0) > 0;
}

/** Browsers say who has made them ask (Fetch Metadata); `none` is the reader. */
function isAskedByOthers({ headers }: FastifyRequest): boolean {
  const site = headers['sec-fetch-site'];
  return site !== undefined && site !== 'same-origin' && site !== 'none';
}
