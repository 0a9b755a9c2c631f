import type { Connection } from './connection.ts';

/** A row of table `links`. Times are milliseconds since 1970. */
export interface LinkRow {
  readonly id: string;
  /** SHA-256 of the secret, hex. */
  readonly hash: string;
  readonly account: string;
  readonly showUsers: boolean;
  /** What it was made for, in words. */
  readonly purpose: string;
  /** Name of the token that made it. */
  readonly createdBy: string;
  readonly created: number;
  readonly expires: number;
  /** 0 = in force. */
  readonly revoked: number;
}

/** How often a link was opened, and last by what. */
export interface LinkOpenings {
  readonly opened: number;
  /** Milliseconds since 1970; 0 = never. */
  readonly lastOpened: number;
  readonly lastAgent: string;
  /** Empty unless addresses are logged. */
  readonly lastAddress: string;
}

export interface LinkOpening {
  readonly link: string;
  readonly at: number;
  readonly agent: string;
  readonly address: string;
}

const columns = `links.id AS id, hash, account, showUsers, purpose, createdBy, toFloat64(created), toFloat64(expires), toFloat64(revoked)`;

/** Every link with its openings, expired and revoked ones too, oldest first. */
export async function readLinks(connection: Connection): Promise<readonly (LinkRow & LinkOpenings)[]> {
  const { rows } = await connection.query(
    `SELECT ${columns}, toFloat64(opened), toFloat64(lastOpened), lastAgent, lastAddress
     FROM (SELECT * FROM links FINAL) AS links
     LEFT JOIN (
       SELECT link, count() AS opened, max(at) AS lastOpened, argMax(agent, at) AS lastAgent, argMax(address, at) AS lastAddress
       FROM link_openings GROUP BY link
     ) AS openings ON openings.link = links.id
     ORDER BY created, id`,
  );
  return rows.map((row) => ({
    ...linkOf(row),
    opened: Number(row[9]),
    lastOpened: Number(row[10]),
    lastAgent: String(row[11]),
    lastAddress: String(row[12]),
  }));
}

/** The link with that hash, whatever its state. */
export async function linkByHash(connection: Connection, hash: string): Promise<LinkRow | undefined> {
  const { rows } = await connection.query(`SELECT ${columns} FROM links FINAL WHERE hash = {hash:String}`, { hash });
  return rows[0] === undefined ? undefined : linkOf(rows[0]);
}

/** Adds a link, or replaces the one with its id. Resolves when it is stored. */
export async function putLink(connection: Connection, link: LinkRow, now: number): Promise<void> {
  await connection.command(
    `INSERT INTO links (id, hash, account, showUsers, purpose, createdBy, created, expires, revoked, updated)
     SELECT {id:String}, {hash:String}, {account:String}, {showUsers:UInt8}, {purpose:String},
            {createdBy:String}, {created:UInt64}, {expires:UInt64}, {revoked:UInt64}, {updated:UInt64}`,
    { ...link, showUsers: link.showUsers ? 1 : 0, updated: now },
  );
}

/** Notes that a link was opened. */
export async function putLinkOpening(connection: Connection, opening: LinkOpening): Promise<void> {
  await connection.command(
    `INSERT INTO link_openings (link, at, agent, address)
     SELECT {link:String}, {at:UInt64}, {agent:String}, {address:String}`,
    { ...opening },
  );
}

function linkOf([
  id,
  hash,
  account,
  showUsers,
  purpose,
  createdBy,
  created,
  expires,
  revoked,
]: readonly unknown[]): LinkRow {
  return {
    id: String(id),
    hash: String(hash),
    account: String(account),
    showUsers: Number(showUsers) === 1,
    purpose: String(purpose),
    createdBy: String(createdBy),
    created: Number(created),
    expires: Number(expires),
    revoked: Number(revoked),
  };
}
