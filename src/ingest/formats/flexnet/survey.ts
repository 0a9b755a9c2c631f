import { anchorDay, startedOn } from './anchors.ts';
import { newDatePlanner, type PlannerState, type Stretch } from './dating.ts';
import { mostDaemons, newEnvelope, readEnvelope } from './envelope.ts';
import { isManager, lifeSign } from './lifecycle.ts';
import { ownCopy } from './strings.ts';

/** What one must know of a whole file before its first line can be read. Small, whatever the size of the file. */
export interface FileFacts {
  /** Dates: see `dating.ts`. */
  readonly stretches: readonly Stretch[];
  /** Whether the file has a date at all. */
  readonly isDated: boolean;
  /** Host named by the first start line, else ''. */
  readonly host: string;
  /** Other hosts that later start lines name. */
  readonly otherHosts: readonly string[];
  /** Names of daemons that write lines, as written. */
  readonly daemons: ReadonlySet<string>;
  /** Daemons that lmgrd says it started. */
  readonly announced: ReadonlySet<string>;
}

export interface FactFinder {
  line(text: string, number: number): void;
  facts(): FileFacts;
  /** As `DatePlanner.settled`. */
  settled(): number;
  /** Where the survey stands after the last settled line, as JSON. */
  state(): SurveyState;
}

/** What a survey has found so far; names of later lines may be among them: the survey of those finds them again. */
export interface SurveyState {
  readonly planner: PlannerState;
  readonly hosts: readonly string[];
  readonly servingHosts: readonly string[];
  readonly announced: readonly string[];
  readonly daemons: readonly string[];
}

const longestHostList = 20;

/** @param from where an earlier survey stood in the same file */
export function newFactFinder(from?: SurveyState): FactFinder {
  const envelope = newEnvelope();
  const planner = newDatePlanner(from?.planner);
  const hosts = new Set<string>(from?.hosts);
  const servingHosts = new Set<string>(from?.servingHosts);
  const announced = new Set<string>(from?.announced);
  for (const daemon of from?.daemons ?? []) envelope.daemons.set(daemon, daemon);

  function look(text: string): void {
    const from = envelope.from;
    switch (text.charCodeAt(from)) {
      case 70: // F
      case 76: // L
      case 83: // S
      case 82: {
        // R
        const host = startedOn(text, envelope);
        if (host !== '') {
          const named = text.startsWith('Server started on', from) ? servingHosts : hosts;
          if (named.size < longestHostList) named.add(ownCopy(host));
        } else if (isManager(envelope.daemon)) {
          const sign = lifeSign(text, envelope);
          if (sign?.sign === 'started' && announced.size < mostDaemons) announced.add(ownCopy(sign.daemon));
        }
      }
    }
  }

  return {
    line(text, number) {
      if (!readEnvelope(text, envelope)) return;
      const c = text.charCodeAt(envelope.from);
      // OUT, IN, DENIED and friends carry no date: out of the way first.
      if (c === 79 || c === 73 || c === 68) {
        planner.line(number, envelope.clock, envelope.day, false);
        return;
      }
      const header = c === 45 && isManager(envelope.daemon) && text.startsWith('----------', envelope.from);
      planner.line(number, envelope.clock, anchorDay(text, envelope), header);
      look(text);
    },
    facts() {
      const [host = '', ...otherHosts] = hosts.size > 0 ? hosts : servingHosts;
      return {
        stretches: planner.stretches(),
        isDated: planner.isDated(),
        host,
        otherHosts,
        daemons: new Set(envelope.daemons.keys()),
        announced,
      };
    },
    settled: () => planner.settled(),
    state: () => ({
      planner: planner.state(),
      hosts: [...hosts],
      servingHosts: [...servingHosts],
      announced: [...announced],
      daemons: [...envelope.daemons.keys()],
    }),
  };
}

/**
 * The vendor daemon behind a name. FlexNet adds `_n` to the name of a forked copy (docs.revenera.com/fnp, "Debug Log
 * Messages"), but a daemon's own name may end like that. So `D_n` is a copy of D where D writes in the same file or is
 * started by lmgrd there, and `D_n` is not; else the name stands as written.
 */
export function vendorOf(daemon: string, facts: FileFacts): string {
  const suffix = /^(.+)_\d+$/.exec(daemon);
  const base = suffix?.[1];
  if (base === undefined || facts.announced.has(daemon)) return daemon;
  return facts.daemons.has(base) || facts.announced.has(base) ? base : daemon;
}
