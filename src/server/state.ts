import { ApiError } from './errors.ts';
import type { DeliveringState } from './delivery/worker.ts';
import type { Links } from './delivery/links.ts';
import type { FollowingState } from './following.ts';
import type { Service } from './service.ts';

export interface Crash {
  /** ISO, UTC. */
  readonly at: string;
  readonly reason: string;
  /** How often the server has been started again since `serve` began. */
  readonly restarts: number;
}

/** Whether questions can be answered, and why not. Only the server's start changes it. */
export interface ServerState {
  phase: 'starting' | 'ok' | 'failing';
  /** A sentence; empty when `phase` is `ok`. */
  reason: string;
  /** There once the store is open. */
  service: Service | undefined;
  readonly lastCrash: Crash | undefined;
  /** How the following of log files stands; absent where none are followed. */
  following?: () => FollowingState;
  /** How the mailing of reports stands; absent where no mail server is configured. */
  delivering?: () => DeliveringState;
  /** Opens links; there once the store is open. */
  openLink?: Links['open'];
}

/** The service, or 503 with the reason why there is none yet. */
export function serviceOf(state: ServerState): Service {
  if (state.service !== undefined) return state.service;
  throw new ApiError(
    503,
    state.phase,
    state.reason,
    'Try again in a moment; GET /api/v1/health says when it is ready.',
  );
}
