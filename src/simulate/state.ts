import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MachineState } from './machine.ts';
import type { Settings } from './simulate.ts';

/** What `continueSimulation` goes on from: `state.json` in the directory of the simulation. */
export interface SavedState {
  readonly schemaVersion: 1;
  readonly settings: Settings;
  /** Simulated up to here, milliseconds. */
  readonly until: number;
  readonly servers: readonly MachineState[];
}

export const stateFile = 'state.json';

/** Replaces the state in one step, so that a kill leaves either the old one or the new one. */
export function saveState(directory: string, state: SavedState): void {
  const path = join(directory, stateFile);
  writeFileSync(`${path}.tmp`, JSON.stringify({ ...state, servers: state.servers.map(packed) }));
  renameSync(`${path}.tmp`, path);
}

export function loadState(directory: string): SavedState {
  const path = join(directory, stateFile);
  if (!existsSync(path)) {
    throw new Error(
      `simulate: ${path} is missing; make the sample anew with simulate (its option state must not be false)`,
    );
  }
  const state = JSON.parse(readFileSync(path, 'utf8')) as Stored;
  if (state.schemaVersion !== 1)
    throw new Error(`simulate: ${path} has schemaVersion ${state.schemaVersion}, expected 1`);
  return { ...state, schemaVersion: 1, servers: state.servers.map(unpacked) };
}

/** As it stands in the file: of any version, and with null for Infinity, which JSON does not know. */
interface Stored extends Omit<SavedState, 'schemaVersion' | 'servers'> {
  readonly schemaVersion: number;
  readonly servers: readonly StoredServer[];
}

/** null: no further request. */
type StoredServer = Omit<MachineState, 'nextRequest'> & { readonly nextRequest: number | null };

function packed(state: MachineState): StoredServer {
  return { ...state, nextRequest: Number.isFinite(state.nextRequest) ? state.nextRequest : null };
}

function unpacked(state: StoredServer): MachineState {
  return { ...state, nextRequest: state.nextRequest ?? Infinity };
}
