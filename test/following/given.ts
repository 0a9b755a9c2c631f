import { appendFile, truncate, writeFile } from 'node:fs/promises';
import { followFiles, type FollowReport } from '../../src/ingest/following/follow.ts';
import { followPointOf, type FollowPoint } from '../../src/ingest/following/state.ts';
import type { Format } from '../../src/ingest/format.ts';
import { fileInput, type Input } from '../../src/ingest/input.ts';
import { createEventStore } from '../../src/store/event-store.ts';
import type { Connection } from '../../src/store/connection.ts';

export interface Following {
  readonly path: string;
  readonly format: Format;
  readonly server?: string;
  readonly timezone?: string;
}

/** One process that follows one file: a new one of it is a restart, and knows only what is stored. */
export function follower(connection: Connection, { path, format, server, timezone = 'UTC' }: Following) {
  const store = createEventStore(connection);
  let point: FollowPoint | undefined;
  let asked = false;
  return {
    /** Looks at the file once. */
    async look(
      given: { readonly input?: Input; readonly handsOver?: boolean; readonly isComplete?: boolean } = {},
    ): Promise<FollowReport> {
      if (!asked) point = (await store.checkpoints()).map(followPointOf).find((one) => one?.file === path);
      asked = true;
      const file = {
        input: given.input ?? (await fileInput(path)),
        format,
        ...(point !== undefined && { from: point }),
        handsOver: given.handsOver ?? false,
        isComplete: given.isComplete ?? false,
      };
      const report = await followFiles(store, [file], { timezone, ...(server !== undefined && { server }) });
      if (report.failures[0] !== undefined) throw report.failures[0].error;
      point = report.points[0] ?? point;
      return report;
    },
  };
}

/** Lets a file grow as its writer would: to these sizes, one after the other. */
export async function growing(
  path: string,
  bytes: Buffer,
  sizes: readonly number[],
  afterEach: (index: number) => Promise<void>,
): Promise<void> {
  await writeFile(path, '');
  await truncate(path, 0);
  let written = 0;
  for (const [index, size] of [...sizes, bytes.length].entries()) {
    await appendFile(path, bytes.subarray(written, size));
    written = Math.max(written, size);
    await afterEach(index);
  }
}

/**
 * Everything that is known of a source, in words that do not depend on when it was stored. `seen` tells the next file what a
 * daemon did last: when it is told is the only thing that may differ.
 */
export async function allOf(connection: Connection, server: string): Promise<Record<string, unknown>> {
  const rows = async (sql: string): Promise<unknown> => (await connection.query(sql, { server })).rows;
  const client =
    'LEFT JOIN (SELECT account, number, client FROM clients FINAL) AS c ON c.account = t.account AND c.number = t.client';
  return {
    events: await rows(
      `SELECT t.time, bitShiftRight(seq, 32), vendor, feature, version, kind, c.client, project, quantity, quantityBefore, handle, code,
              reason, detail, previous, identity
       FROM events AS t ${client} WHERE server = {server:String} AND kind != 'seen' ORDER BY t.time, seq`,
    ),
    changes: await rows(
      `SELECT t.time, vendor, feature, c.client, delta, held, ending FROM usage_changes AS t ${client}
       WHERE server = {server:String} ORDER BY t.time, seq, held DESC, delta, vendor, feature, c.client`,
    ),
    facts: await rows(
      `SELECT grouping, level, account, feature, vendor, bucket, opening, peak, closing, area FROM facts FINAL
       WHERE server = {server:String} AND peak != 0 ORDER BY ALL`,
    ),
    activity: await rows(
      `SELECT * EXCEPT (stamp, server) FROM activity FINAL WHERE server = {server:String} ORDER BY level, account, feature, version, vendor, bucket`,
    ),
    clients: await rows(
      `SELECT level, account, feature, bucket, finalizeAggregation(clients) FROM served_clients FINAL WHERE server = {server:String} ORDER BY ALL`,
    ),
    episodes: await rows(
      `SELECT account, feature, t.time, last, vendor, version, kind, c.client, lines, code, reason, grantAfter
       FROM (SELECT * FROM episodes FINAL) AS t ${client} WHERE server = {server:String} AND lines > 0 ORDER BY ALL`,
    ),
    quality: await rows(
      `SELECT firstLine, lastLine, lines, duplicates, undated, unreadable, state FROM (SELECT server, firstLine, lastLine, state FROM sources FINAL) AS s
       LEFT JOIN source_lines AS counted USING (server) WHERE server = {server:String}`,
    ),
    unusable: await rows(
      `SELECT line, kind, reason, text FROM unreadable_lines FINAL WHERE server = {server:String} ORDER BY line`,
    ),
  };
}
