import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DateTime } from 'luxon';
import type { Source } from './manifest.ts';

/** One activity line of a source, read back without any help from the generator. */
export interface ReadLine {
  readonly time: number;
  readonly place: number;
  readonly kind: 'checkout' | 'checkin' | 'denial' | 'unsupported' | 'queued' | 'dequeued' | 'upgrade' | 'start';
  readonly daemon: string;
  readonly feature: string;
  readonly client: string;
  readonly quantity: number;
  readonly before: number;
  readonly code: string;
  readonly account: string;
}

export interface Reading {
  readonly lines: readonly ReadLine[];
  readonly last: number;
  readonly count: number;
  /** For each start, when that daemon wrote its last line before it. */
  readonly previous: ReadonlyMap<ReadLine, number>;
}

export function readSource(directory: string, source: Source): Reading {
  return source.format === 'flexnet' ? readFlexnet(directory, source) : readCsv(directory, source);
}

function readCsv(directory: string, source: Source): Reading {
  const lines = source.files.flatMap((file) =>
    readFileSync(join(directory, file.file), 'utf8').split('\n').slice(1, -1),
  );
  const read = lines.map((text, place): ReadLine => {
    const [
      time = '',
      kind = '',
      ,
      ,
      feature = '',
      ,
      ,
      ,
      client = '',
      account = '',
      ,
      ,
      quantity = '',
      ,
      code = '',
      detail = '',
    ] = text.split(',');
    return {
      time: Date.parse(time),
      place,
      kind: kind as ReadLine['kind'],
      daemon: '',
      feature,
      client,
      quantity: Number(quantity),
      before: 0,
      code: code || detail,
      account,
    };
  });
  return { lines: read, last: read.at(-1)?.time ?? 0, count: read.length, previous: new Map() };
}

/**
 * Dates a log as a careful person would: the first day from the first date in it, a new day when the clock falls by hours,
 * the second pass of a repeated hour when the clock falls by most of an hour.
 */
function readFlexnet(directory: string, source: Source): Reading {
  const texts = source.files.flatMap((file) =>
    readFileSync(join(directory, file.file), 'utf8').split('\n').slice(0, -1),
  );
  const dated = texts.findIndex((text) => /TIMESTAMP|started on .* \(\d/.test(text));
  const [, m = '', d = '', y = ''] = /(\d+)\/(\d+)\/(\d{4})/.exec(texts[dated] ?? '') ?? [];
  let day = DateTime.fromObject({ year: Number(y), month: Number(m), day: Number(d) }, { zone: source.timezone });
  for (let i = dated; i > 0; i--)
    if (secondsOf(texts[i - 1]) - secondsOf(texts[i]) > 6 * 3600) day = day.minus({ days: 1 });
  let passesOf = passesOn(day);
  const lines: ReadLine[] = [];
  const previous = new Map<ReadLine, number>();
  const latest = new Map<string, number>();
  let before = secondsOf(texts[0]);
  let last = 0;
  texts.forEach((text, place) => {
    const seconds = secondsOf(text);
    if (before - seconds > 6 * 3600) {
      day = day.plus({ days: 1 });
      passesOf = passesOn(day);
    }
    before = seconds;
    const passes = passesOf(seconds);
    const time = passes.find((pass) => pass >= last - 10_000) ?? passes.at(-1) ?? NaN;
    last = Math.max(last, time);
    const daemon = /\((\w+)\)/.exec(text)?.[1] ?? '';
    const message = text.slice(text.indexOf(')') + 2);
    const line = messageOf(message, time, place, daemon);
    if (line !== undefined) {
      lines.push(line);
      if (line.kind === 'start') previous.set(line, latest.get(line.daemon) ?? 0);
    }
    latest.set(daemon, time);
  });
  return { lines, last, count: texts.length, previous };
}

/** When the clocks of a day show a second of it: once, or twice in a repeated hour. Clocks are set on few days only. */
function passesOn(day: DateTime): (seconds: number) => readonly number[] {
  const midnight = day.toMillis();
  if (day.hour === 0 && day.plus({ days: 1 }).offset === day.offset) return (seconds) => [midnight + seconds * 1000];
  return (seconds) =>
    day
      .set({ hour: Math.floor(seconds / 3600), minute: Math.floor(seconds / 60) % 60, second: seconds % 60 })
      .getPossibleOffsets()
      .map((pass) => pass.toMillis())
      .sort((a, b) => a - b);
}

function messageOf(message: string, time: number, place: number, daemon: string): ReadLine | undefined {
  const start = /^(?:Started|REStarted) (\w+) \(/.exec(message);
  const blank = { time, place, daemon, feature: '', client: '', quantity: 1, before: 0, code: '', account: '' };
  if (start) return { ...blank, kind: 'start', daemon: start[1] ?? '' };
  const upgrade = /^UPGRADE: "([^"]+)" (.+?)  \((\d+)->(\d+) licenses\) ?$/.exec(message);
  if (upgrade) {
    const [, feature = '', client = '', from = '', to = ''] = upgrade;
    return { ...blank, kind: 'upgrade', feature, client, quantity: Number(to), before: Number(from) };
  }
  const activity =
    /^(OUT|IN|DENIED|UNSUPPORTED|QUEUED|DEQUEUED): "([^"]+)" (?:\([^)]*\) )?(.+?)  (?:\((\d+) licenses\) )?(.*)$/.exec(
      message,
    );
  if (!activity) return undefined;
  const [, word = '', feature = '', client = '', quantity = '1', rest = ''] = activity;
  const kinds = {
    OUT: 'checkout',
    IN: 'checkin',
    DENIED: 'denial',
    UNSUPPORTED: 'unsupported',
    QUEUED: 'queued',
    DEQUEUED: 'dequeued',
  } as const;
  const code = /\((-\d+),/.exec(rest)?.[1] ?? '';
  return { ...blank, kind: kinds[word as keyof typeof kinds], feature, client, quantity: Number(quantity), code };
}

function secondsOf(text = ''): number {
  const [, h = '', m = '', s = ''] = /^ ?(\d+):(\d\d):(\d\d) /.exec(text) ?? [];
  return Number(h) * 3600 + Number(m) * 60 + Number(s);
}

/** The same figures as the manifest's, found by brute force. */
export interface Recount {
  checkouts: number;
  checkins: number;
  denials: number;
  unsupported: number;
  peak: number;
  licenseSeconds: number;
  clients: number;
  resolved: number;
  unresolved: number;
  unknown: number;
}

export function recount(readings: readonly Reading[], belongs: (line: ReadLine) => boolean): Recount {
  const changes: { time: number; place: number; delta: number }[] = [];
  const mine: { line: ReadLine; last: number }[] = [];
  for (const reading of readings) {
    const out = new Map<string, number>();
    let daemonOf = '';
    for (const line of reading.lines) {
      if (line.kind === 'start') {
        const at = reading.previous.get(line) ?? 0;
        // Sessions of that daemon end with its last line.
        if (line.daemon !== daemonOf) continue;
        for (const open of out.values()) if (open > 0) changes.push({ time: at, place: line.place, delta: -open });
        out.clear();
        continue;
      }
      if (!belongs(line)) continue;
      daemonOf = line.daemon;
      mine.push({ line, last: reading.last });
      const open = out.get(line.client) ?? 0;
      const delta = deltaOf(line, open);
      if (delta === 0) continue;
      out.set(line.client, open + delta);
      changes.push({ time: line.time, place: line.place, delta });
    }
    for (const open of out.values()) if (open > 0) changes.push({ time: reading.last, place: Infinity, delta: -open });
  }
  changes.sort((a, b) => a.time - b.time || a.place - b.place);
  let inUse = 0;
  let peak = 0;
  let area = 0;
  changes.forEach((change, i) => {
    inUse += change.delta;
    peak = Math.max(peak, inUse);
    area += (inUse * ((changes[i + 1]?.time ?? change.time) - change.time)) / 1000;
  });
  const of = (kind: ReadLine['kind']): ReadLine[] =>
    mine.filter(({ line }) => line.kind === kind).map(({ line }) => line);
  return {
    checkouts: of('checkout').length,
    checkins: of('checkin').length,
    denials: of('denial').length,
    unsupported: of('unsupported').length,
    peak,
    licenseSeconds: area,
    clients: new Set(of('checkout').map((line) => line.client)).size,
    ...episodes(mine),
  };
}

function deltaOf(line: ReadLine, open: number): number {
  if (line.kind === 'checkout') return line.quantity;
  if (line.kind === 'checkin') return -Math.min(open, line.quantity);
  return line.kind === 'upgrade' ? line.quantity - line.before : 0;
}

function episodes(
  mine: readonly { line: ReadLine; last: number }[],
): Pick<Recount, 'resolved' | 'unresolved' | 'unknown'> {
  const outcome = { resolved: 0, unresolved: 0, unknown: 0 };
  const clients = groupByClient(mine);
  for (const own of clients.values()) {
    // Over all servers, as a question counts them that does not say otherwise.
    const denials = own
      .filter(({ line }) => line.kind === 'denial')
      .sort((a, b) => a.line.time - b.line.time || a.line.place - b.line.place);
    denials.forEach(({ line, last }, i) => {
      const next = denials[i + 1];
      if (next !== undefined && next.line.time - line.time <= 600_000) return;
      const granted = own.some(
        (other) =>
          other.line.kind === 'checkout' && other.line.time >= line.time && other.line.time - line.time <= 600_000,
      );
      if (granted) outcome.resolved++;
      else if (last - line.time <= 600_000) outcome.unknown++;
      else outcome.unresolved++;
    });
  }
  return outcome;
}

function groupByClient<T extends { line: ReadLine }>(mine: readonly T[]): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of mine) groups.set(item.line.client, [...(groups.get(item.line.client) ?? []), item]);
  return groups;
}
