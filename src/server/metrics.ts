import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import type { DeliveringState } from './delivery/worker.ts';
import type { FollowingState } from './following.ts';
import type { Limiter } from './limiter.ts';
import type { ServerState } from './state.ts';

/** The server's own figures. No account, user or feature name is among the labels. */
export interface Metrics {
  readonly registry: Registry;
  request(route: string, method: string, status: number, seconds: number): void;
  question(measure: string, status: number, seconds: number): void;
}

export function createMetrics(state: ServerState, limiter: Limiter, version: string): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const buckets = [0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60];
  const requests = new Histogram({
    name: 'license_analytics_http_request_seconds',
    help: 'Time to answer HTTP requests.',
    labelNames: ['route', 'method', 'status'],
    buckets,
    registers,
  });
  const questions = new Histogram({
    name: 'license_analytics_question_seconds',
    help: 'Time to answer questions, waiting for their turn included.',
    labelNames: ['measure', 'status'],
    buckets,
    registers,
  });
  new Gauge({
    name: 'license_analytics_questions',
    help: 'Questions being answered and waiting.',
    labelNames: ['state'],
    registers,
    collect() {
      this.set({ state: 'running' }, limiter.running);
      this.set({ state: 'waiting' }, limiter.waiting);
    },
  });
  new Gauge({
    name: 'license_analytics_ready',
    help: '1 when questions can be answered.',
    registers,
    collect() {
      this.set(state.phase === 'ok' ? 1 : 0);
    },
  });
  followingMetrics(state, registers);
  deliveringMetrics(state, registers);
  new Counter({
    name: 'license_analytics_restarts_total',
    help: 'How often the server was started again after a crash.',
    registers,
  }).inc(state.lastCrash?.restarts ?? 0);
  new Gauge({
    name: 'license_analytics_info',
    help: 'Version of the program.',
    labelNames: ['version'],
    registers,
  }).set({ version }, 1);
  return {
    registry,
    request: (route, method, status, seconds) => requests.observe({ route, method, status }, seconds),
    question: (measure, status, seconds) => questions.observe({ measure, status }, seconds),
  };
}

/** Figures of the following of log files. Times are seconds since 1970, as Prometheus has them. */
function followingMetrics(state: ServerState, registers: Registry[]): void {
  const gauge = (name: string, help: string, of: (following: FollowingState) => number): void => {
    new Gauge({
      name: `license_analytics_follow_${name}`,
      help,
      registers,
      collect() {
        const following = state.following?.();
        if (following === undefined) this.remove();
        else this.set(of(following));
      },
    });
  };
  const sum = ({ sources }: FollowingState, of: (source: FollowingState['sources'][number]) => number): number =>
    sources.reduce((total, source) => total + of(source), 0);
  gauge('files', 'Files that are followed.', (following) => sum(following, ({ files }) => files));
  gauge('lines', 'Lines read from followed files since the start.', ({ lines }) => lines);
  gauge('looks', 'Looks at the followed files since the start.', ({ looks }) => looks);
  gauge('last_look_timestamp_seconds', 'When the followed files were last looked at.', ({ lastLook }) =>
    secondsOf(lastLook),
  );
  gauge('last_growth_timestamp_seconds', 'When new lines were last found; 0: not since the start.', ({ sources }) =>
    sources.reduce((newest, { lastGrowth }) => Math.max(newest, secondsOf(lastGrowth)), 0),
  );
  gauge('look_seconds', 'How long the last look took.', ({ lastLookSeconds }) => lastLookSeconds);
  gauge('waiting_lines', 'Lines that wait for a date that comes after them.', (following) =>
    sum(following, ({ waitingLines }) => waitingLines),
  );
  gauge(
    'problems',
    'Files that cannot be read now; 1 more when the last look failed as a whole.',
    (following) =>
      sum(following, ({ problems }) => problems.length) + following.documents.length + (following.error === '' ? 0 : 1),
  );
}

/** Figures of the mailing of reports. */
function deliveringMetrics(state: ServerState, registers: Registry[]): void {
  const gauge = (name: string, help: string, of: (delivering: DeliveringState) => number): void => {
    new Gauge({
      name: `license_analytics_reports_${name}`,
      help,
      registers,
      collect() {
        const delivering = state.delivering?.();
        if (delivering === undefined) this.remove();
        else this.set(of(delivering));
      },
    });
  };
  gauge('sent', 'Mails with a report sent since the start.', ({ sent }) => sent);
  gauge('failed', 'Mails given up or refused since the start.', ({ failed }) => failed);
  gauge('unknown', 'Mails of which nobody can tell whether they were sent, since the start.', ({ unknown }) => unknown);
  gauge('waiting', 'Mails that are tried again later.', ({ waiting }) => waiting);
  gauge('last_look_timestamp_seconds', 'When it was last looked at what is due.', ({ lastLook }) =>
    secondsOf(lastLook),
  );
  gauge('problems', '1 when the last look at what is due failed as a whole.', ({ error }) => (error === '' ? 0 : 1));
}

const secondsOf = (iso: string | null): number => (iso === null ? 0 : Date.parse(iso) / 1000);
