import { z } from 'zod';
import { requireAllAccounts } from '../caller.ts';
import type { Metrics } from '../metrics.ts';
import type { AnyRoute } from '../route.ts';
import { route } from '../route.ts';
import * as schemas from '../schemas.ts';
import type { ServerState } from '../state.ts';

/** For whoever watches the server. */
export function healthRoutes(state: ServerState, metrics: Metrics, version: string): readonly AnyRoute[] {
  return [
    route({
      method: 'GET',
      url: '/api/v1/health',
      summary: '200 when questions can be answered; else 503 with the reason.',
      needs: 'nobody',
      query: schemas.nothing,
      answer: schemas.healthAnswer,
      async handle({ reply }) {
        void reply.code(state.phase === 'ok' ? 200 : 503).header('cache-control', 'no-store');
        return {
          status: state.phase,
          reason: state.reason,
          version,
          uptimeSeconds: Math.round(process.uptime()),
          ...(state.lastCrash && { lastCrash: state.lastCrash }),
        };
      },
    }),
    route({
      method: 'GET',
      url: '/metrics',
      summary: "The server's own figures, for Prometheus.",
      needs: 'read',
      query: schemas.nothing,
      answer: z.string(),
      async handle({ caller, reply }) {
        requireAllAccounts(caller, 'The metrics page');
        void reply.type(metrics.registry.contentType);
        return metrics.registry.metrics();
      },
    }),
  ];
}
