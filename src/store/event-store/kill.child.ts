/** Ingests files one after the other and says on standard output what it does; the test kills it at some such moment. */
import type { EventStore } from '../../ingest/event-store.ts';
import { flexnet } from '../../ingest/formats/flexnet/index.ts';
import { fileInput } from '../../ingest/input/source.ts';
import { ingestFiles, recover } from '../../ingest/pipeline.ts';
import { createEventStore } from '../event-store.ts';
import { openStore } from '../open.ts';

async function main([directory = '', ...files]: readonly string[]): Promise<void> {
  const connection = await openStore({ directory, maxThreads: 2, maxMemoryBytes: 2e9 });
  const { rows } = await connection.query("SELECT count() FROM events WHERE kind != 'seen' AND kind != 'start'");
  process.stdout.write(`found ${String(rows[0]?.[0])}\n`);
  const store = talking(createEventStore(connection));
  await recover(store);
  for (const file of files) {
    const input = await fileInput(file);
    await ingestFiles(store, [{ input, format: flexnet }], { timezone: 'UTC', blockRows: 2_000 });
  }
  process.stdout.write('done\n');
  await connection.close();
}

/** Says what it is about to write, and how many events were reported as stored. */
function talking(store: EventStore): EventStore {
  const say =
    <A extends readonly unknown[], R>(name: string, write: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      process.stdout.write(`${name}\n`);
      return write(...args);
    };
  return {
    ...store,
    saveSources: say('saveSources', store.saveSources),
    insertClients: say('insertClients', store.insertClients),
    async insertEvents(block) {
      process.stdout.write('insertEvents\n');
      await store.insertEvents(block);
      process.stdout.write(`stored ${block.kind.filter((kind) => kind < 7).length}\n`);
    },
    insertChanges: say('insertChanges', store.insertChanges),
    saveSnapshots: say('saveSnapshots', store.saveSnapshots),
    forgetAfter: say('forgetAfter', store.forgetAfter),
    insertOpenSessions: say('insertOpenSessions', store.insertOpenSessions),
    dropOldGenerations: say('dropOldGenerations', store.dropOldGenerations),
    recompute: say('recompute', store.recompute),
  };
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 1;
});
