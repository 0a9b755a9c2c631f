import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildPlan, defaultAccounts } from './build.ts';
import { runUntil, step } from './life.ts';
import { closeLedger } from './ledger.ts';
import { initialState, nextMoment, openMachine } from './machine.ts';
import type { Machine, MachineState } from './machine.ts';
import {
  accountsCsv,
  accountsFile,
  configYaml,
  entitlementsCsv,
  entitlementsFile,
  iso,
  pairFigures,
  sourceOf,
  totalsOf,
} from './manifest.ts';
import type { Manifest, Source } from './manifest.ts';
import { saveState } from './state.ts';
import { pairKey, rowsByPair } from './truth.ts';
import type { Pair } from './truth.ts';
import type { Plan, ServerPlan, SimulateOptions } from './plan.ts';

/** Options with every default filled in. */
export interface Settings {
  readonly events: number;
  readonly days: number;
  readonly start: number;
  readonly end: number;
  readonly seed: number;
  readonly accounts: number;
  readonly noise: number;
}

/** What `simulate` can tell while it runs. */
export interface Progress {
  readonly serversDone: number;
  readonly servers: number;
  readonly lines: number;
}

export const manifestFile = 'manifest.json';
export const configFile = 'license-analytics.yaml';
/** There while a simulation is being written: one that was interrupted may be replaced. */
const markerFile = 'simulation.tmp';
const stateUpTo = 2_000_000;

/**
 * Writes made-up license servers into `options.out`: FlexNet debug logs, CSV of events, `entitlements.csv`, `accounts.csv`
 * (which host belongs to which account), `license-analytics.yaml` (how a server reads it all) and `manifest.json` (the true figures).
 * Equal options give equal bytes.
 *
 * Memory is constant by design: servers are simulated one after the other (two that serve one feature: side by side), each in
 * order of time; what is kept is what is open or planned on that server, one block of its file, and counters per account
 * and feature. Nothing is kept per event.
 */
export async function simulate(options: SimulateOptions, onProgress?: (progress: Progress) => void): Promise<Manifest> {
  const settings = settingsOf(options);
  const plan = buildPlan(settings);
  prepareDirectory(options.out);
  const states: MachineState[] = [];
  const sources: Source[] = [];
  const pairs = new Map<string, Pair>();
  const rows = rowsByPair(plan.entitlements);
  let lines = 0;
  for (const together of groupsOf(plan)) {
    const machines = together.map((server) =>
      openMachine(
        server,
        initialState(server, settings.seed),
        { directory: options.out, end: plan.end, seed: settings.seed },
        { pairs, rows },
      ),
    );
    runTogether(machines, plan.end);
    for (const machine of machines) {
      const { ledger, state } = machine;
      machine.recorder.close();
      if (ledger !== undefined) closeLedger(ledger, state.recorder.last);
      sources.push(sourceOf(machine.plan, state));
      if (options.state ?? settings.events <= stateUpTo) states.push(state);
      lines += state.recorder.lines;
    }
    onProgress?.({ serversDone: sources.length, servers: plan.servers.length, lines });
    // Lets timers and signals through between two servers.
    await new Promise((resolve) => setImmediate(resolve));
  }
  const manifest = manifestOf(settings, plan, sources, pairs, rows);
  writeFileSync(join(options.out, entitlementsFile), entitlementsCsv(plan));
  writeFileSync(join(options.out, accountsFile), accountsCsv(plan));
  writeFileSync(join(options.out, configFile), configYaml(plan));
  if (states.length > 0) saveState(options.out, { schemaVersion: 1, settings, until: plan.end, servers: states });
  // Last of all: where there is a manifest, the simulation is complete.
  writeFileSync(join(options.out, manifestFile), `${JSON.stringify(manifest, undefined, 1)}\n`);
  rmSync(join(options.out, markerFile));
  return manifest;
}

/** Checks and completes the options; errors say what was expected. */
export function settingsOf(options: SimulateOptions): Settings {
  const end = Math.floor((typeof options.end === 'number' ? options.end : Date.parse(options.end)) / 1000) * 1000;
  const settings: Settings = {
    events: options.events,
    days: options.days,
    start: end - options.days * 86_400_000,
    end,
    seed: options.seed,
    accounts: options.accounts ?? defaultAccounts(options.events),
    noise: options.noise ?? 0.12,
  };
  const rules: readonly [boolean, string][] = [
    [
      Number.isInteger(settings.events) && settings.events >= 2000 && settings.events <= 100_000_000,
      `events must be a whole number from 2,000 to 100,000,000, found ${options.events}`,
    ],
    [
      Number.isInteger(settings.days) && settings.days >= 3 && settings.days <= 3660,
      `days must be a whole number from 3 to 3660, found ${options.days}`,
    ],
    [Number.isFinite(end), `end must be an ISO time such as 2026-03-31T12:00:00Z, found ${String(options.end)}`],
    [Number.isSafeInteger(settings.seed), `seed must be a whole number, found ${options.seed}`],
    [settings.noise >= 0 && settings.noise <= 0.7, `noise must lie between 0 and 0.7, found ${settings.noise}`],
  ];
  for (const [holds, sentence] of rules) if (!holds) throw new RangeError(`simulate: ${sentence}`);
  return settings;
}

/** Servers of accounts that use one feature on two of them run side by side, all others alone. */
function groupsOf(plan: Plan): ServerPlan[][] {
  const groups: ServerPlan[][] = [];
  const paired = plan.servers.filter((server) => server.parity >= 0);
  if (paired.length > 0) groups.push(paired);
  for (const server of plan.servers) if (server.parity < 0) groups.push([server]);
  return groups;
}

function runTogether(machines: readonly Machine[], until: number): void {
  const [only] = machines;
  if (machines.length === 1 && only !== undefined) {
    runUntil(only, until);
    return;
  }
  for (;;) {
    const next = machines.reduce((a, b) => (nextMoment(b) < nextMoment(a) ? b : a));
    if (nextMoment(next) > until) return;
    step(next);
  }
}

function manifestOf(
  settings: Settings,
  plan: Plan,
  sources: readonly Source[],
  pairs: ReadonlyMap<string, Pair>,
  rows: ReadonlyMap<string, Plan['entitlements']>,
): Manifest {
  const figures = [...pairs.values()].map((pair) =>
    pairFigures(pair, rows.get(pairKey(pair.account, pair.feature)) ?? [], plan.end),
  );
  const { events, days, seed, accounts, noise } = settings;
  return {
    schemaVersion: 1,
    options: { events, days, end: iso(plan.end), seed, accounts, noise },
    start: iso(plan.start),
    end: iso(plan.end),
    totals: totalsOf(sources, figures),
    entitlements: entitlementsFile,
    accountRules: accountsFile,
    sources,
    cases: plan.cases,
    pairs: figures,
  };
}

/** Removes what an earlier simulation left; refuses a directory that holds anything else. */
function prepareDirectory(directory: string): void {
  mkdirSync(directory, { recursive: true });
  const found = readdirSync(directory);
  const foreign = found.filter((name) => !/\.(log|csv|json|yaml|tmp)$/.test(name));
  if (foreign.length > 0 || (found.length > 0 && !found.includes(manifestFile) && !found.includes(markerFile))) {
    throw new Error(
      `simulate: ${directory} should be empty or hold an earlier simulation, found ${foreign[0] ?? found[0] ?? ''}; name another directory`,
    );
  }
  writeFileSync(join(directory, markerFile), '');
  for (const name of found) if (name !== markerFile) rmSync(join(directory, name));
}
