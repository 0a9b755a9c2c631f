import type { Envelope } from './envelope.ts';

/**
 * What a daemon's message says of its own life, and of whom. `started` is lmgrd's `Started D` / `REStarted D`;
 * `serving` is D's own `Server started on HOST for:`, which is printed at every reread too.
 */
export interface LifeSign {
  readonly sign: 'started' | 'serving' | 'exit' | 'reread' | 'rereadDone';
  /** The daemon it is about, as written. */
  readonly daemon: string;
}

const managers = new Set(['lmgrd', 'lmadmin']);

/** lmgrd and lmadmin start the vendor daemons and serve no feature themselves. */
export function isManager(daemon: string): boolean {
  return managers.has(daemon);
}

const started = /^(?:Started|REStarted|Restarted) (\S+) \((?:internet |pid |port |tcp)/;
const exited = /^(\S+) exited with status /;

/** The sign of life in a message, if it is one. Only called for messages that are no activity. */
export function lifeSign(text: string, line: Envelope): LifeSign | undefined {
  const from = line.from;
  const daemon = line.daemon;
  switch (text.charCodeAt(from)) {
    case 82: // R
      if (text.startsWith('Rereading', from)) return { sign: 'reread', daemon };
      if (text.startsWith('REStarted ', from) || text.startsWith('Restarted ', from)) return startOf(text, line);
      return afterName(text, line);
    case 83: // S
      if (text.startsWith('Started ', from)) return startOf(text, line);
      if (text.startsWith('Server started on ', from)) return { sign: 'serving', daemon };
      if (text.startsWith('Shutdown requested from', from)) return { sign: 'exit', daemon };
      return afterName(text, line);
    case 69: // E
      return text.startsWith('EXITING DUE TO', from) ? { sign: 'exit', daemon } : afterName(text, line);
    case 76: // L
      return text.startsWith('Lost connection to lmgrd', from) ? { sign: 'exit', daemon } : afterName(text, line);
    case 68: // D
      return text.startsWith('Done rereading', from) ? { sign: 'rereadDone', daemon } : afterName(text, line);
    case 46: // . (`...Finished rereading`)
    case 70: // F
      return text.slice(from, from + 24).includes('Finished rereading')
        ? { sign: 'rereadDone', daemon }
        : afterName(text, line);
    case 40: // ( : SLOG, by far the most frequent line without an event
    case 84: // T : TIMESTAMP
      return undefined;
    case 100: // d
      return text.startsWith('daemon shutdown requested', from) ? { sign: 'exit', daemon } : afterName(text, line);
    default:
      return afterName(text, line);
  }
}

function startOf(text: string, line: Envelope): LifeSign | undefined {
  if (!isManager(line.daemon)) return undefined;
  const found = started.exec(text.slice(line.from, line.to));
  return found === null ? undefined : { sign: 'started', daemon: found[1] ?? '' };
}

/** Messages that begin with a name: `parteklm exited with status 58 ()`, `base expired -- rereading to update`. */
function afterName(text: string, line: Envelope): LifeSign | undefined {
  const exit = text.indexOf(' exited with status ', line.from);
  if (exit >= 0) {
    const found = exited.exec(text.slice(line.from, line.to));
    return found === null ? undefined : { sign: 'exit', daemon: found[1] ?? '' };
  }
  if (text.indexOf(' rereading to update', line.from) >= 0) return { sign: 'reread', daemon: line.daemon };
  return undefined;
}

/** How far the life of one vendor daemon is known, to tell a start from a reread. */
export interface DaemonLife {
  /** Whether lmgrd says `Started D` anywhere in the file: then that line is the start, and `serving` is none. */
  readonly announced: boolean;
  dead: boolean;
  rereading: boolean;
}

/**
 * Moves a daemon's life on by one sign and says what event that is. The rules (docs/definitions.md#daemon-start): lmgrd's line
 * is the start; `Server started on` is a start only where lmgrd's line is missing: in the whole file, or since the daemon
 * died; not while a reread is under way, which a death ends.
 */
export function liveOn(life: DaemonLife, sign: LifeSign['sign']): 'start' | 'exit' | 'reread' | undefined {
  switch (sign) {
    case 'started':
      life.dead = false;
      life.rereading = false;
      return 'start';
    case 'serving': {
      const isStart = !life.rereading && (!life.announced || life.dead);
      // One reread prints one such line.
      life.rereading = false;
      life.dead = false;
      return isStart ? 'start' : undefined;
    }
    case 'exit': {
      // One death is told by up to three lines: asked for, exiting, exited with status.
      const first = !life.dead;
      life.dead = true;
      life.rereading = false;
      return first ? 'exit' : undefined;
    }
    case 'reread':
      life.rereading = true;
      return 'reread';
    case 'rereadDone':
      life.rereading = false;
      return undefined;
  }
}
