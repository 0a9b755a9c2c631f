/** What one evaluation of a rule found: alerts by their labels, and which of them fire; nothing at all is "no data". */
export type Found = ReadonlyMap<string, boolean>;

/** What of a rule decides when its alerts begin and end; times are milliseconds. */
export interface Timing {
  readonly interval: number;
  readonly for: number;
  readonly keepFiringFor: number;
  /** Evaluations without its row after which an alert is over. */
  readonly missingEvaluations: number;
}

/** An alert as the Alertmanager is told of it. */
export interface Alert {
  readonly labels: string;
  readonly from: number;
  /** Infinity: it still fires when the replay ends. */
  readonly to: number;
}

interface State {
  phase: 'pending' | 'alerting' | 'recovering';
  /** When the phase began. */
  since: number;
  /** When it began to be told of. */
  from: number;
  evaluated: number;
}

/**
 * Alerts of a rule that is evaluated again and again, as Grafana 12.3 keeps them (pkg/services/ngalert/state, `resultAlerting`,
 * `resultNormal`, `processMissingSeriesStates`): pending for `for`; then alerting; no longer firing, still told of for
 * `keepFiringFor`; over when their row was missing for too long. "No data" is "no longer firing" for all of them (noDataState OK).
 */
export function alertsOf(timing: Timing, from: number, to: number, found: (at: number) => Found): readonly Alert[] {
  const states = new Map<string, State>();
  const alerts: Alert[] = [];
  const over = (labels: string, { phase, from: began }: State, at: number): void => {
    if (phase !== 'pending') alerts.push({ labels, from: began, to: at });
    states.delete(labels);
  };
  for (let at = Math.ceil(from / timing.interval) * timing.interval; at <= to; at += timing.interval) {
    const now = found(at);
    for (const [labels, fires] of now.size > 0 ? now : allQuiet(states)) {
      const state = states.get(labels);
      if (state === undefined) {
        if (fires)
          states.set(labels, { phase: timing.for > 0 ? 'pending' : 'alerting', since: at, from: at, evaluated: at });
        continue;
      }
      state.evaluated = at;
      if (fires) {
        if (state.phase === 'pending' && at - state.since < timing.for) continue;
        if (state.phase === 'pending') state.from = at;
        if (state.phase !== 'alerting') state.since = at;
        state.phase = 'alerting';
      } else if (state.phase === 'alerting' && timing.keepFiringFor > 0) {
        state.phase = 'recovering';
        state.since = at;
      } else if (state.phase !== 'recovering' || at - state.since >= timing.keepFiringFor) over(labels, state, at);
    }
    for (const [labels, state] of states) {
      const missing = at - state.evaluated;
      // One that recovers is not maintained without its row: what was told last ends after four evaluations.
      const patience = state.phase === 'recovering' ? 4 : timing.missingEvaluations;
      if (missing > 0 && missing >= Math.min(patience, timing.missingEvaluations) * timing.interval)
        over(labels, state, at);
    }
  }
  for (const [labels, { phase, from: began }] of states)
    if (phase !== 'pending') alerts.push({ labels, from: began, to: Infinity });
  return alerts.sort((a, b) => a.from - b.from);
}

const allQuiet = (states: ReadonlyMap<string, State>): Found =>
  new Map([...states.keys()].map((labels) => [labels, false]));
