import { identityOf, type ActivityKind, type EventKind, type LicenseEvent } from '../../../sessions/event.ts';
import type { FormatReader, ReaderSink, SourceContext } from '../../format.ts';
import { newActivity, newActivityReader } from './activity.ts';
import { countDay, type DayCounter } from './dating.ts';
import { mostDaemons, newEnvelope, readEnvelope } from './envelope.ts';
import { isManager, lifeSign, liveOn, type DaemonLife } from './lifecycle.ts';
import { localTimeOf } from './local-time.ts';
import { sourceNameOf } from './source-name.ts';
import { ownCopy } from './strings.ts';
import { vendorOf, type FileFacts } from './survey.ts';

/** One daemon as far as the file has told of it; forked copies share it. */
interface Daemon extends DaemonLife {
  readonly vendor: string;
  /** Time of its last line in this part, 0 when there is none. */
  last: number;
  /** `last` before its process began to introduce itself. */
  lastBeforeBoot: number;
}

const undatedReason =
  'no date in the whole file (TIMESTAMP, start line or System Date and Time), so the day of this line cannot be known';

/** Where a reader stands between two lines, as JSON; `null` stands for "none yet". */
export interface FlexnetReaderState {
  readonly server: string;
  readonly counter: DayCounter;
  readonly highest: number | null;
  readonly reported: number | null;
  readonly lastNumber: number;
  readonly daemons: readonly {
    readonly vendor: string;
    readonly dead: boolean;
    readonly rereading: boolean;
    readonly last: number;
    readonly lastBeforeBoot: number;
  }[];
}

/** A reader that can say where it stands. */
export interface FlexnetReader extends FormatReader {
  state(): FlexnetReaderState;
}

/**
 * Second pass over a FlexNet Publisher debug log, with what the first has found.
 * @param from where an earlier reader stood in the same file; the source keeps the name that it has
 */
export function newFlexnetReader(
  context: SourceContext,
  facts: FileFacts,
  sink: ReaderSink,
  from?: FlexnetReaderState,
): FlexnetReader {
  const named = facts.host === '' ? sourceNameOf(context.file) : facts.host;
  const server = context.server ?? from?.server ?? named;
  const account = context.account ?? '';
  const local = localTimeOf(context.timezone);
  const envelope = newEnvelope();
  const activity = newActivity();
  const readActivity = newActivityReader();
  const counter: DayCounter = from === undefined ? { day: 0, clock: -1 } : { ...from.counter };
  const { isDated } = facts;
  const daemons = new Map<string, Daemon>();
  let stretch = 0;
  let nextStretch = facts.stretches[0]?.line ?? Infinity;
  let daemonName = '';
  let daemon: Daemon = newDaemon('', false);
  let time = NaN;
  let highest = from?.highest ?? -Infinity;
  let reported = from?.reported ?? NaN;
  let lastNumber = from?.lastNumber ?? 0;

  sink.sourceName(server);
  if (from !== undefined) goOnFrom(from);
  else if (context.server === undefined && facts.otherHosts.length > 0) {
    sink.notice(
      `the log names several hosts (${[facts.host, ...facts.otherHosts].join(', ')}); all lines go to ${server}`,
    );
  }

  function goOnFrom(state: FlexnetReaderState): void {
    for (const { vendor, ...life } of state.daemons)
      daemons.set(vendor, { vendor, announced: facts.announced.has(vendor), ...life });
    if (context.server === undefined && facts.host !== '' && facts.host !== server) {
      sink.notice(
        `the log names its host ${facts.host} only now; it goes on as ${server}. Set "server" of this source to name it yourself`,
      );
    }
    // A date that says that lines read already stand on another day: they stay where they are, the next ones are right.
    let next = facts.stretches[stretch];
    while (next !== undefined && next.line <= state.lastNumber) {
      counter.day += next.shift;
      if (next.part) {
        endPart();
        sink.part(next.notice, state.lastNumber + 1);
      }
      sink.notice(
        `${next.notice === '' ? `line ${next.line}: the first date of the log` : next.notice}; lines ${next.line} to ${state.lastNumber} were stored before that was known and keep their dates`,
      );
      next = facts.stretches[++stretch];
    }
    nextStretch = next?.line ?? Infinity;
  }

  function newDaemon(vendor: string, announced: boolean): Daemon {
    return { vendor, announced, dead: false, rereading: false, last: 0, lastBeforeBoot: 0 };
  }

  function daemonOf(name: string): Daemon {
    const vendor = vendorOf(name, facts);
    let found = daemons.get(vendor);
    if (found === undefined) {
      found = newDaemon(ownCopy(vendor), facts.announced.has(vendor));
      if (daemons.size < 2 * mostDaemons) daemons.set(ownCopy(vendor), found);
    }
    return found;
  }

  /** Moves the dates on to the line in `envelope`; sets `time`, NaN when the file has no dates. */
  function date(number: number): void {
    if (!isDated) return;
    let day: number;
    if (number >= nextStretch) {
      enterStretch(number);
      day = counter.day;
    } else if (envelope.day === envelope.day) {
      day = counter.day = envelope.day;
      counter.clock = envelope.clock;
    } else {
      day = countDay(counter, envelope.clock);
    }
    time = envelope.instant === envelope.instant ? envelope.instant : local.utc(day, envelope.clock, highest);
    if (time > highest) highest = time;
  }

  function enterStretch(number: number): void {
    let next = facts.stretches[stretch];
    while (next !== undefined && number >= next.line) {
      if (next.part) {
        endPart();
        sink.part(next.notice, next.line);
      }
      if (next.notice !== '') sink.notice(next.notice);
      counter.day = next.day;
      counter.clock = envelope.clock;
      next = facts.stretches[++stretch];
    }
    nextStretch = next?.line ?? Infinity;
  }

  function endPart(): void {
    for (const one of daemons.values()) {
      if (one.last > 0 && !isManager(one.vendor)) {
        const identity = identityOf(one.vendor, 'seen');
        sink.event(make('seen', one.vendor, one.last, 0, identity.high, identity.low), lastNumber);
      }
      one.last = 0;
      one.lastBeforeBoot = 0;
      one.rereading = false;
      one.dead = false;
    }
    highest = -Infinity;
  }

  function make(
    kind: EventKind,
    vendor: string,
    at: number,
    previous: number,
    identityHigh: number,
    identityLow: number,
  ): LicenseEvent {
    return {
      kind,
      time: at,
      lag: highest - at,
      server,
      vendor,
      feature: '',
      version: '',
      user: '',
      host: '',
      client: '',
      project: '',
      account,
      model: 'concurrent',
      quantity: 1,
      quantityBefore: 0,
      handle: '',
      code: '',
      detail: '',
      previous,
      identityHigh,
      identityLow,
    };
  }

  function readActivityLine(text: string, number: number, kind: ActivityKind, keyword: number): void {
    const problem = readActivity(text, envelope.from + keyword, envelope.to, kind, activity);
    if (problem !== '') {
      moveLastLine();
      sink.unreadable(number, text, problem);
      return;
    }
    if (!isDated) {
      sink.undated(number, text, undatedReason);
      return;
    }
    const identity = identityOf(envelope.daemon, text.slice(envelope.from, envelope.to));
    sink.event(
      {
        kind,
        time,
        lag: highest - time,
        server,
        vendor: daemon.vendor,
        feature: activity.feature,
        version: activity.version,
        user: activity.user,
        host: activity.host,
        client: activity.client,
        project: activity.project,
        account,
        model: 'concurrent',
        quantity: activity.quantity,
        quantityBefore: activity.quantityBefore,
        handle: activity.handle,
        code: activity.code,
        detail: activity.detail,
        previous: 0,
        identityHigh: identity.high,
        identityLow: identity.low,
      },
      number,
    );
  }

  function readOtherLine(text: string, number: number): void {
    const sign = lifeSign(text, envelope);
    if (sign !== undefined) {
      const about = sign.daemon === envelope.daemon ? daemon : daemonOf(sign.daemon);
      if (isManager(about.vendor)) {
        // lmgrd makes all its daemons reread, and when it dies no reread goes on; no event of its own.
        if (sign.sign !== 'rereadDone') for (const one of daemons.values()) one.rereading = sign.sign === 'reread';
      } else if (about.vendor === sign.daemon) {
        // What becomes of a forked copy is not what becomes of its daemon.
        const event = liveOn(about, sign.sign);
        if (event !== undefined) {
          report(event, about, sign.sign === 'started', text, number);
          return;
        }
      }
    } else if (text.startsWith(' Licensing version v', envelope.from + 7)) {
      daemon.lastBeforeBoot = daemon.last;
    }
    sink.ignored(1);
    moveLastLine();
  }

  function report(
    event: 'start' | 'exit' | 'reread',
    about: Daemon,
    announced: boolean,
    text: string,
    number: number,
  ): void {
    if (!isDated) {
      sink.undated(number, text, undatedReason);
      return;
    }
    const previous = event !== 'start' ? 0 : announced ? about.last : about.lastBeforeBoot || about.last;
    const message = text.slice(envelope.from, envelope.to);
    const { high, low } = identityOf(envelope.daemon, message);
    const made = make(event, about.vendor, time, previous, high, low);
    sink.event(event === 'start' ? made : { ...made, detail: message }, number);
    if (event === 'start') about.lastBeforeBoot = 0;
  }

  function moveLastLine(): void {
    if (!isDated || time === reported) return;
    reported = time;
    sink.lastLine(time);
  }

  function readBareLine(text: string, number: number): void {
    // Feature lists wrap over lines that begin with a blank or a tab, without an envelope.
    if (/^\s/.test(text) ? !/[^\P{C}\t\r]|\ufffd/u.test(text) : text.trim() === '') {
      sink.ignored(1);
      return;
    }
    sink.unreadable(number, text, envelope.problem);
  }

  return {
    line(text, number) {
      lastNumber = number;
      if (!readEnvelope(text, envelope)) {
        readBareLine(text, number);
        return;
      }
      date(number);
      if (envelope.daemon !== daemonName) {
        daemonName = envelope.daemon;
        daemon = daemonOf(daemonName);
      }
      const from = envelope.from;
      switch (text.charCodeAt(from)) {
        case 79: // O
          if (text.startsWith('OUT: ', from)) readActivityLine(text, number, 'checkout', 5);
          else readOtherLine(text, number);
          break;
        case 73: // I
          if (text.startsWith('IN: ', from)) readActivityLine(text, number, 'checkin', 4);
          // Old daemons gave back so what a server that died had given out.
          else if (text.startsWith('IN server died: ', from)) readActivityLine(text, number, 'checkin', 16);
          else readOtherLine(text, number);
          break;
        case 68: // D
          if (text.startsWith('DENIED: ', from)) readActivityLine(text, number, 'denial', 8);
          else if (text.startsWith('DEQUEUED: ', from)) readActivityLine(text, number, 'dequeued', 10);
          else readOtherLine(text, number);
          break;
        case 85: // U
          if (text.startsWith('UNSUPPORTED: ', from)) readActivityLine(text, number, 'unsupported', 13);
          else if (text.startsWith('UPGRADE: ', from)) readActivityLine(text, number, 'upgrade', 9);
          else readOtherLine(text, number);
          break;
        case 81: // Q
          if (text.startsWith('QUEUED: ', from)) readActivityLine(text, number, 'queued', 8);
          else readOtherLine(text, number);
          break;
        default:
          readOtherLine(text, number);
      }
      // Only now: a start wants to know the line before it.
      if (isDated && time > daemon.last) daemon.last = time;
    },
    end() {
      if (isDated) endPart();
    },
    state: () => ({
      server,
      counter: { ...counter },
      highest: highest === -Infinity ? null : highest,
      reported: reported === reported ? reported : null,
      lastNumber,
      daemons: [...daemons.values()].map(({ vendor, dead, rereading, last, lastBeforeBoot }) => ({
        vendor,
        dead,
        rereading,
        last,
        lastBeforeBoot,
      })),
    }),
  };
}
