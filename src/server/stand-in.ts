import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { Crash } from './state.ts';

/** Answers in the server's place after a crash, until the next one is about to listen: 503 to everything, with the reason. */
export interface StandIn {
  open(reason: string, lastCrash: Crash): void;
  close(): void;
}

export interface StandInPlace {
  readonly host: string;
  /** Asked each time: a server on any free port keeps the one that it got. */
  readonly port: () => number;
  readonly version: string;
  /** The stand-in is a courtesy: that it cannot listen is said, and changes nothing else. */
  readonly onProblem: (text: string) => void;
}

export function createStandIn({ host, port, version, onProblem }: StandInPlace): StandIn {
  let server: Server | undefined;
  let told: { readonly reason: string; readonly lastCrash: Crash } | undefined;

  return {
    open(reason, lastCrash) {
      told = { reason, lastCrash };
      if (server !== undefined) return;
      server = createServer((request, response) => {
        const health = (request.url ?? '').split('?')[0] === '/api/v1/health';
        const body = health
          ? { status: 'failing', version, uptimeSeconds: 0, ...told }
          : {
              code: 'failing',
              error: told?.reason,
              todo: 'Try again in a moment; GET /api/v1/health says when it is ready.',
            };
        const headers = { 'content-type': 'application/json', 'cache-control': 'no-store', connection: 'close' };
        response.writeHead(503, headers).end(JSON.stringify(body));
      });
      server.on('error', (error) => {
        onProblem(`until then nothing answers on port ${port()}: ${error.message}\n`);
        server = undefined;
      });
      server.listen({ host, port: port() });
    },
    close() {
      server?.close();
      server?.closeAllConnections();
      server = undefined;
    },
  };
}
