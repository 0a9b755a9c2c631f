import type { Connection } from './connection.ts';

const running = new WeakMap<Connection, Promise<unknown>>();

/**
 * One after the other: rows that follow from two things (use, and what was bought) are made of one state of both.
 * @param work must not wait for its own turn again
 */
export function inTurn<T>(connection: Connection, work: () => Promise<T>): Promise<T> {
  const turn = (running.get(connection) ?? Promise.resolve()).then(work);
  running.set(
    connection,
    turn.catch(() => undefined),
  );
  return turn;
}
