import type { Connection } from './connection.ts';

/** A row of table `tokens`: who may ask. Only the hash of the secret is kept. */
export interface TokenRow {
  readonly id: string;
  readonly name: string;
  readonly hash: string;
  readonly scope: 'read' | 'write' | 'admin';
  /** Accounts it is limited to; empty = all. */
  readonly accounts: readonly string[];
  /** Milliseconds since 1970. */
  readonly created: number;
  /** Milliseconds since 1970; 0 = in force. */
  readonly revoked: number;
}

/** Every token, revoked ones too, oldest first. */
export async function readTokens(connection: Connection): Promise<readonly TokenRow[]> {
  const { rows } = await connection.query(
    `SELECT id, name, hash, toString(scope), accounts, toFloat64(created), toFloat64(revoked)
     FROM tokens FINAL ORDER BY created, id`,
  );
  return rows.map(([id, name, hash, scope, accounts, created, revoked]) => ({
    id: String(id),
    name: String(name),
    hash: String(hash),
    scope: scope as TokenRow['scope'],
    accounts: accounts as readonly string[],
    created: Number(created),
    revoked: Number(revoked),
  }));
}

/** Adds a token, or replaces the one with its id. Resolves when it is stored. */
export async function putToken(connection: Connection, token: TokenRow, now: number): Promise<void> {
  await connection.command(
    `INSERT INTO tokens (id, name, hash, scope, accounts, created, revoked, updated)
     SELECT {id:String}, {name:String}, {hash:String}, {scope:String}, {accounts:Array(String)},
            {created:UInt64}, {revoked:UInt64}, {updated:UInt64}`,
    { ...token, updated: now },
  );
}
