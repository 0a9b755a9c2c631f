import type { ActivityKind } from '../../../sessions/event.ts';
import { cacheOf } from './strings.ts';

/**
 * Activity messages (OUT, IN, DENIED, UNSUPPORTED, QUEUED, DEQUEUED, UPGRADE): grammar in docs/formats.md#flexnet-debug-log and
 * docs.revenera.com/fnp "Informational Messages". One object is filled again and again.
 */
export interface Activity {
  feature: string;
  user: string;
  host: string;
  client: string;
  quantity: number;
  quantityBefore: number;
  handle: string;
  code: string;
  detail: string;
  version: string;
  project: string;
}

export function newActivity(): Activity {
  return {
    feature: '',
    user: '',
    host: '',
    client: '',
    quantity: 1,
    quantityBefore: 0,
    handle: '',
    code: '',
    detail: '',
    version: '',
    project: '',
  };
}

/** Fills an activity from what follows the keyword (`text.slice(from, to)`); returns the problem, '' when there is none. */
export type ActivityReader = (text: string, from: number, to: number, kind: ActivityKind, out: Activity) => string;

interface Who {
  readonly user: string;
  readonly host: string;
  readonly client: string;
}

const noUser = 'no user after the feature: expected user@host';
const openEnded = 'a name in quotation marks that does not end';

export function newActivityReader(): ActivityReader {
  const featureOf = cacheOf((own) => own);
  const whoOf = cacheOf(splitClient);
  const reasonOf = cacheOf((own) => ({ detail: own, code: codeOf(own) }));
  const textOf = cacheOf((own) => own);

  return (text, from, to, kind, out) => {
    out.quantity = 1;
    out.quantityBefore = 0;
    out.handle = '';
    out.code = '';
    out.detail = '';
    out.version = '';
    out.project = '';

    let at = from;
    while (text.charCodeAt(at) === 32) at++;
    if (text.charCodeAt(at) === 34) {
      const close = text.indexOf('"', at + 1);
      if (close < 0 || close >= to) return openEnded;
      out.feature = featureOf(text.slice(at + 1, close));
      at = close + 1;
    } else {
      // Old form: `DENIED: 4 feature to user@host`, the feature in quotation marks or not.
      const old = kind === 'denial' ? oldDenial.exec(text.slice(at, to)) : null;
      if (old !== null) {
        out.quantity = Number(old[1]);
        out.feature = featureOf(old[2] ?? old[3] ?? '');
        at += old[0].length;
      } else {
        const space = text.indexOf(' ', at);
        if (space < 0 || space >= to) return noUser;
        out.feature = featureOf(text.slice(at, space));
        at = space;
      }
    }
    if (out.feature === '') return 'no feature name';
    while (at < to && text.charCodeAt(at) === 32) at++;
    // UNSUPPORTED names the license key, or PORT_AT_HOST_PLUS, between feature and user.
    if (kind === 'unsupported' && text.charCodeAt(at) === 40) {
      const close = text.indexOf(')', at);
      if (close >= 0 && close < to) at = close + 1;
      while (at < to && text.charCodeAt(at) === 32) at++;
    }
    // Old form: `OUT: feature by user@host`.
    const link = kind === 'denial' ? 'to ' : 'by ';
    if (text.startsWith(link, at)) at += link.length;
    while (at < to && text.charCodeAt(at) === 32) at++;
    if (at >= to) return noUser;

    const end = endOfClient(text, at, to);
    const who = whoOf(text.slice(at, end));
    if (who.client === '') return noUser;
    if (who.host.includes(' ')) return `not a host name after the last @: "${who.host}"`;
    out.user = who.user;
    out.host = who.host;
    out.client = who.client;
    if (end < to) {
      const problem = readTail(text, end, to, kind, out, reasonOf, textOf);
      if (problem !== '') return problem;
    }
    if (out.user === '' && out.version === '') return 'no user before the @: expected user@host';
    if (kind === 'upgrade' && out.quantityBefore === 0 && out.quantity === 1)
      return 'no quantities: expected (a->b licenses)';
    return '';
  };
}

const oldDenial = /^(\d{1,9}) (?:"([^"]+)"|(\S+)) (?=to )/;

/**
 * Where `user@host` ends. Names hold spaces, dots, brackets and even `@`; two spaces and a bracket, or the end of the
 * line, close them in all samples. The documented forms put one space before `[checkout data]`, `(n licenses)` and `^^^`:
 * there the host, after an `@`, ends at its first space.
 */
function endOfClient(text: string, from: number, to: number): number {
  let end = text.indexOf('  ', from);
  while (end >= 0 && end < to) {
    let next = end + 2;
    while (text.charCodeAt(next) === 32) next++;
    const c = text.charCodeAt(next);
    if (next >= to || c === 40 || c === 91 || c === 94) break;
    end = text.indexOf('  ', next);
  }
  if (end < 0 || end > to) end = to;
  // One space and a bracket: only when no `@` follows within the region, since names hold brackets too.
  const last = text.charCodeAt(end - 1);
  if (last !== 41 && last !== 93 && last !== 94) return end;
  const firstAt = text.indexOf('@', from);
  const lastAt = text.lastIndexOf('@', end);
  const lastCode = text.lastIndexOf('(-', end);
  for (let i = from; i < end; i++) {
    if (text.charCodeAt(i) !== 32) continue;
    const c = text.charCodeAt(i + 1);
    if ((c === 40 || c === 91 || c === 94) && firstAt >= 0 && firstAt < i) return i;
    // A user without a host: what follows must be a quantity, or hold a code.
    if (c === 40 && ((lastCode > i && lastAt < i) || countAhead.test(text.slice(i + 1, i + 24)))) return i;
  }
  return end;
}

const countAhead = /^\(\d{1,12}(?: licenses?)?\)/;

function splitClient(client: string): Who {
  const at = client.lastIndexOf('@');
  return at < 0
    ? { user: client, host: '', client }
    : { user: client.slice(0, at), host: client.slice(at + 1), client };
}

type Reasons = (piece: string) => { readonly detail: string; readonly code: string };

/** What follows the client: `[checkout data]`, `(n licenses)`, `(a->b licenses)`, `(reason)`, `^^^ verbose ^^^`. */
function readTail(
  text: string,
  from: number,
  to: number,
  kind: ActivityKind,
  out: Activity,
  reasonOf: Reasons,
  textOf: (piece: string) => string,
): string {
  let at = from;
  while (at < to) {
    const c = text.charCodeAt(at);
    if (c === 32 || c === 9) {
      at++;
    } else if (c === 40) {
      const close = closingBracket(text, at, to);
      readGroup(text.slice(at + 1, close).trim(), kind, out, reasonOf);
      at = close + 1;
    } else if (c === 91) {
      let close = text.indexOf(']', at);
      // Checkout data may hold brackets: it ends where a bracket of the line's own follows, or the line.
      while (close >= 0 && close + 1 < to && !/^\s+[(^]/.test(text.slice(close + 1, close + 8)))
        close = text.indexOf(']', close + 1);
      if (close < 0 || close >= to) return 'checkout data without its closing ]';
      out.handle = textOf(text.slice(at + 1, close).trim());
      at = close + 1;
    } else if (text.startsWith('^^^', at)) {
      return readVerbose(text.slice(at, to), out);
    } else {
      // Words that no document tells of: kept, since they may matter to a reader of the details.
      const rest = textOf(text.slice(at, to));
      out.detail = out.detail === '' ? rest : `${out.detail} ${rest}`;
      return '';
    }
  }
  return '';
}

/** Index of the bracket that closes the one at `open`; the end when none does. */
function closingBracket(text: string, open: number, to: number): number {
  let depth = 0;
  for (let i = open; i < to; i++) {
    const c = text.charCodeAt(i);
    if (c === 40) depth++;
    else if (c === 41 && --depth === 0) return i;
  }
  return to;
}

const count = /^(\d{1,12})(?: licenses?)?$/;
const fromTo = /^(\d{1,12})\s*->\s*(\d{1,12})(?: licenses?)?$/;

function readGroup(group: string, kind: ActivityKind, out: Activity, reasonOf: Reasons): void {
  const c = group.charCodeAt(0);
  if (c >= 48 && c <= 57) {
    const change = fromTo.exec(group);
    if (change !== null) {
      out.quantityBefore = Number(change[1]);
      out.quantity = Number(change[2]);
      return;
    }
    const quantity = count.exec(group);
    if (quantity !== null) {
      out.quantity = Number(quantity[1]);
      return;
    }
  }
  const reason = reasonOf(group);
  if (kind === 'denial' || kind === 'unsupported') out.code = reason.code;
  out.detail = out.detail === '' ? reason.detail : `${out.detail} ${reason.detail}`;
}

/** The code of `Licensed number of users already reached. (-4,342:10054 "")`: `-4`. The minor number means nothing. */
function codeOf(reason: string): string {
  const found = [...reason.matchAll(/\(\s*(-?\d{1,6})\s*(?:,|\))/g)].at(-1);
  return found?.[1] ?? '';
}

const address = /^(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-fA-F]*:[0-9a-fA-F:.]*(?:%\S+)?|N\/A)$/;

/**
 * `^^^ ver user ip pid handle in_use out_of project… flex_version flex_revision date time is_dup_group ^^^`
 * (docs.revenera.com/fnp, "Verbose Debug Log Messages"). User and project may hold spaces.
 */
function readVerbose(text: string, out: Activity): string {
  const end = text.indexOf('^^^', 3);
  const words = text
    .slice(3, end < 0 ? undefined : end)
    .trim()
    .split(/\s+/);
  let ip = 2;
  while (ip < words.length && !(address.test(words[ip] ?? '') && /^(?:\d+|N\/A)$/.test(words[ip + 1] ?? ''))) ip++;
  if (ip >= words.length || words.length - ip < 10) {
    return 'verbose fields missing: expected ^^^ version user ip pid handle in_use out_of project flex_version flex_revision date time YES|NO ^^^';
  }
  const user = words.slice(1, ip).join(' ');
  out.version = words[0] ?? '';
  const handle = words[ip + 2] ?? '';
  if (out.handle === '' && handle !== 'N/A') out.handle = handle;
  const project = words.slice(ip + 5, words.length - 5).join(' ');
  out.project = project === 'N/A' ? '' : project;
  if (out.user === '') {
    out.user = user;
    out.client = `${user}@${out.host}`;
  }
  return '';
}
