import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
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
