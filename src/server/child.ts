import type { ChildSettings, RunningServer } from './run.ts';
import { runServer } from './run.ts';
import type { Order, Report } from './supervise.ts';

/** The server process. Its parent (`supervise.ts`) says what to do in one message; without a parent it ends. */
let server: Promise<RunningServer> | undefined;

const report = (message: Report): void => {
  process.send?.(message);
};

function end(): void {
  const running = server ?? Promise.resolve(undefined);
  running
    .then((started) => started?.close())
    .then(
      () => process.exit(0),
      (error: unknown) => {
        process.stderr.write(`shutting down failed: ${String(error)}\n`);
        process.exit(1);
      },
    );
}

setInterval(() => report({ kind: 'alive' }), 1_000).unref();
process.once('message', (message) => {
  const { settings, lastCrash } = message as Order<ChildSettings>;
  server = runServer(settings, lastCrash, report);
  server.catch((error: unknown) => {
    const sentence = error instanceof Error ? error.message : String(error);
    // Exit only when the parent has been told why.
    process.send?.({ kind: 'refused', sentence } satisfies Report, () => process.exit(1));
  });
});
process.once('disconnect', end);
process.once('SIGTERM', end);
// Ctrl-C reaches the whole group; the parent decides.
process.on('SIGINT', () => undefined);
