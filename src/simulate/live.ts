import { buildPlan } from './build.ts';
import { runUntil } from './life.ts';
import { openMachine } from './machine.ts';
import type { Machine } from './machine.ts';
import { loadState, saveState } from './state.ts';
import type { Settings } from './simulate.ts';

/** A simulation that goes on in the files of an earlier one. */
export interface LiveWriter {
  /** Simulated up to here, milliseconds. */
  until(): number;
  /**
   * Appends everything up to `time` (ISO or milliseconds) to the files and saves the state. The bytes do not depend on how
   * often it is called. A time that has passed already appends nothing.
   */
  advance(time: string | number): Appended;
  close(): void;
}

export interface Appended {
  readonly lines: number;
  /** Files that grew, relative to the directory, with the server they belong to. */
  readonly files: readonly { readonly file: string; readonly server: string; readonly lines: number }[];
}

/**
 * Goes on from `state.json` in `directory`. Lines behind the saved state (left by a run that was killed) are cut off and come
 * again, byte for byte. The manifest stays as it is: its figures are those up to the end of the first simulation.
 */
export function createLiveWriter(directory: string): LiveWriter {
  const saved = loadState(directory);
  const { settings } = saved;
  const machines = openMachines(directory, settings, saved.servers);
  let until = saved.until;
  return {
    until: () => until,
    advance: (time) => {
      const wanted = typeof time === 'number' ? time : Date.parse(time);
      if (!Number.isFinite(wanted))
        throw new RangeError(`simulate: expected an ISO time or milliseconds, found ${String(time)}`);
      if (wanted <= until) return { lines: 0, files: [] };
      const files = machines.flatMap((machine) => advanceOne(machine, wanted));
      until = wanted;
      // Where nothing was written the older state leads to the same bytes.
      if (files.length > 0)
        saveState(directory, { schemaVersion: 1, settings, until, servers: machines.map((machine) => machine.state) });
      return { lines: files.reduce((sum, file) => sum + file.lines, 0), files };
    },
    close: () => {
      for (const machine of machines) machine.recorder.close();
    },
  };
}

/** Fills the gap up to `until` in one go: what a server does that was switched off for a while. */
export function continueSimulation(directory: string, until: string | number): Appended {
  const writer = createLiveWriter(directory);
  try {
    return writer.advance(until);
  } finally {
    writer.close();
  }
}

function openMachines(directory: string, settings: Settings, states: readonly Machine['state'][]): Machine[] {
  const plan = buildPlan(settings);
  const byName = new Map(plan.servers.map((server) => [server.name, server]));
  return states.map((state) => {
    const server = byName.get(state.name);
    if (server === undefined)
      throw new Error(
        `simulate: the state in ${directory} names server ${state.name}, which its settings do not plan; make the sample anew`,
      );
    return openMachine(server, state, { directory, end: settings.end, seed: settings.seed }, undefined);
  });
}

function advanceOne(machine: Machine, until: number): Appended['files'] {
  const { state, plan, recorder } = machine;
  const before = new Map(state.files.map((file) => [file.file, file.lines]));
  runUntil(machine, until);
  recorder.flush();
  return state.files
    .map((file) => ({ file: file.file, server: plan.name, lines: file.lines - (before.get(file.file) ?? 0) }))
    .filter((file) => file.lines > 0);
}
