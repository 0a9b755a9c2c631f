/**
 * Every table we keep, as one template for both sizes: embedded (plain MergeTree family) and cluster (replicated, sharded by
 * account, reached through Distributed tables). Migrations (`migrations.ts`) apply them in number order, forward only.
 *
 * Times are `DateTime64(3, 'UTC')`, amounts `Decimal(18, 6)`: sums do not depend on their order.
 */
export interface Table {
  readonly name: string;
  readonly columns: readonly string[];
  readonly engine: 'MergeTree' | 'ReplacingMergeTree';
  /** Version column of a ReplacingMergeTree. */
  readonly version?: string;
  readonly partitionBy?: string | undefined;
  readonly orderBy: string;
  /** What a cluster distributes the rows by; tables without it are small and live whole on every shard. */
  readonly shardBy?: string;
}

/** Whole seconds mostly: the codec takes the factor out before it looks at differences. */
const time = (name: string): string => `${name} DateTime64(3, 'UTC') CODEC(GCD, Delta, ZSTD(1))`;
const label = (name: string): string => `${name} LowCardinality(String)`;
const amount = (name: string): string => `${name} Decimal(18, 6) CODEC(ZSTD(1))`;

export const firstTables: readonly Table[] = [
  {
    // Who the client numbers are. Clients are numbered per account, so that sets of different accounts simply add up.
    name: 'clients',
    columns: [label('account'), 'number UInt32', 'client String', 'user String', 'host String'],
    engine: 'ReplacingMergeTree',
    orderBy: '(account, number)',
    shardBy: 'cityHash64(account)',
  },
  {
    // What the servers wrote, one row per line, never changed. `seq` is the place in the source's order: lag (ms) × 2^32 +
    // ordinal within the ordering second, so that (time, seq) is (time, file order). `identity` recognises copies of a line.
    name: 'events',
    columns: [
      label('account'),
      label('feature'),
      time('time'),
      'seq UInt64 CODEC(ZSTD(1))',
      label('server'),
      label('vendor'),
      label('version'),
      "kind Enum8('checkout' = 1, 'checkin' = 2, 'denial' = 3, 'unsupported' = 4, 'queued' = 5, 'dequeued' = 6, 'upgrade' = 7, 'start' = 20, 'exit' = 21, 'reread' = 22, 'seen' = 23)",
      "model Enum8('concurrent' = 1, 'metered' = 2)",
      'client UInt32 CODEC(ZSTD(1))',
      label('project'),
      amount('quantity'),
      amount('quantityBefore'),
      'handle String CODEC(ZSTD(1))',
      label('code'),
      label('reason'),
      label('detail'),
      time('previous'),
      'identity UInt64 CODEC(NONE)',
    ],
    engine: 'MergeTree',
    partitionBy: 'toYYYYMM(time)',
    orderBy: '(account, feature, time, server, seq)',
    shardBy: 'cityHash64(account)',
  },
  {
    // How the quantity in use changed: a checkout opens (+), the end of a session closes (−, with `held` = how long it was
    // open, ms). `ending` says why; 'orphan' and 'excess' are check-ins of something that was not open (delta 0), counted only.
    name: 'changes',
    columns: [
      label('account'),
      label('feature'),
      time('time'),
      label('server'),
      'seq UInt64 CODEC(ZSTD(1))',
      label('vendor'),
      label('version'),
      amount('delta'),
      'client UInt32 CODEC(ZSTD(1))',
      label('project'),
      'held Int64 CODEC(GCD, ZSTD(1))',
      "ending Enum8('' = 0, 'checkin' = 1, 'inactive' = 2, 'shutdown' = 3, 'restart' = 4, 'upgrade' = 5, 'open' = 6, 'orphan' = 7, 'excess' = 8)",
    ],
    engine: 'MergeTree',
    partitionBy: 'toYYYYMM(time)',
    orderBy: '(account, feature, time, server, seq)',
    shardBy: 'cityHash64(account)',
  },
  {
    // Sessions still open at their source's last dated line, as closings there (ending 'open'): nobody knows what came after.
    // Only the rows of a source's current `generation` (table `sources`) count.
    name: 'open_sessions',
    columns: [
      label('account'),
      label('feature'),
      time('time'),
      label('server'),
      'seq UInt64',
      label('vendor'),
      label('version'),
      amount('delta'),
      'client UInt32',
      label('project'),
      'held Int64',
      'generation UInt64',
    ],
    engine: 'MergeTree',
    orderBy: '(server, generation, account, feature)',
    shardBy: 'cityHash64(account)',
  },
  {
    // Denials of one client for one feature in one pool, close together (gaps up to 600 s): derived like `usage`, replaced as
    // touched (`lines` 0 = it is no more). `time` is the first of them. `grantAfter`: milliseconds from the last of them to
    // that client's next checkout of the feature, within a day; -1 when there is none.
    name: 'episodes',
    columns: [
      label('account'),
      label('feature'),
      time('time'),
      time('last'),
      label('server'),
      label('vendor'),
      label('version'),
      "kind Enum8('denial' = 3, 'unsupported' = 4)",
      'client UInt32 CODEC(ZSTD(1))',
      label('project'),
      'lines UInt32 CODEC(ZSTD(1))',
      label('code'),
      label('reason'),
      label('detail'),
      'grantAfter Int64 CODEC(ZSTD(1))',
      'stamp UInt64 CODEC(ZSTD(1))',
    ],
    engine: 'ReplacingMergeTree',
    version: 'stamp',
    partitionBy: 'toYYYYMM(time)',
    orderBy: '(account, feature, time, server, vendor, client, kind)',
    shardBy: 'cityHash64(account)',
  },
  {
    // The month leads the order of all rollups: a range then reads the months it touches, and of them whole accounts.
    // docs/definitions.md#rollups-equal-raw: per grouping and stretch (15 minutes, day, month; UTC) the net change, the highest
    // running sum (relative to the opening balance, at least 0) and the license-milliseconds above the opening balance.
    // Stretches without a change have no row. Recomputed whole for what an ingest touched; the highest `stamp` counts.
    name: 'usage',
    columns: [
      "grouping Enum8('all' = 0, 'account' = 1, 'server' = 2, 'feature' = 3, 'account_feature' = 4, 'account_feature_server' = 5, 'server_vendor_feature' = 6)",
      "level Enum8('quarter' = 0, 'day' = 1, 'month' = 2)",
      label('account'),
      label('feature'),
      label('server'),
      label('vendor'),
      "bucket DateTime('UTC') CODEC(Delta, ZSTD(1))",
      amount('net'),
      amount('top'),
      'area Decimal(38, 6) CODEC(GCD, ZSTD(1))',
      'stamp UInt64 CODEC(ZSTD(1))',
    ],
    engine: 'ReplacingMergeTree',
    version: 'stamp',
    partitionBy: '(grouping, level)',
    orderBy: '(grouping, level, toYYYYMM(bucket), account, feature, server, vendor, bucket)',
    shardBy: 'cityHash64(account)',
  },
  {
    // Lines counted by the site's days and months, and what was consumed (metered).
    name: 'activity',
    columns: [
      "level Enum8('day' = 1, 'month' = 2)",
      label('account'),
      label('feature'),
      label('version'),
      label('server'),
      label('vendor'),
      "model Enum8('concurrent' = 1, 'metered' = 2)",
      'bucket Date CODEC(Delta, ZSTD(1))',
      ...['checkouts', 'checkins', 'denials', 'unsupported', 'queued', 'dequeued', 'upgrades'].map(
        (name) => `${name} UInt32 CODEC(ZSTD(1))`,
      ),
      'consumed Decimal(38, 6) CODEC(ZSTD(1))',
      'stamp UInt64 CODEC(ZSTD(1))',
    ],
    engine: 'ReplacingMergeTree',
    version: 'stamp',
    partitionBy: 'level',
    orderBy: '(level, toYYYYMM(bucket), account, feature, version, server, vendor, model, bucket)',
    shardBy: 'cityHash64(account)',
  },
  {
    // Which clients had a session that overlaps the site's day or month: bitmaps of client numbers, one per account, so a
    // union over features or servers of one account is a merge, and over accounts a sum.
    name: 'served_clients',
    columns: [
      "level Enum8('day' = 1, 'month' = 2)",
      label('account'),
      label('feature'),
      label('server'),
      'bucket Date CODEC(Delta, ZSTD(1))',
      'clients AggregateFunction(groupBitmap, UInt32) CODEC(ZSTD(1))',
      'stamp UInt64 CODEC(ZSTD(1))',
    ],
    engine: 'ReplacingMergeTree',
    version: 'stamp',
    partitionBy: 'level',
    orderBy: '(level, toYYYYMM(bucket), account, feature, server, bucket)',
    shardBy: 'cityHash64(account)',
  },
  {
    // One row per source (server): how far its data go, in what state its derived rows are (see src/ingest/derive), and what
    // could not be used. `state` 'dirty' from before the first insert of an ingest until everything derived is written.
    name: 'sources',
    columns: [
      'server String',
      'format LowCardinality(String)',
      'timezone LowCardinality(String)',
      'account LowCardinality(String)',
      "firstLine DateTime64(3, 'UTC')",
      "lastLine DateTime64(3, 'UTC')",
      'tracksDenials UInt8',
      "state Enum8('clean' = 0, 'dirty' = 1)",
      "derivedTo DateTime64(3, 'UTC')",
      'derivedSeq UInt64',
      // While dirty: the earliest moment at which the ingest under way may have changed something.
      "touched DateTime64(3, 'UTC')",
      'generation UInt64',
      // Up to schema 2, what all readings together had counted; since then `readings` tells it.
      'lines UInt64',
      'duplicates UInt64',
      'undated UInt64',
      'unreadable UInt64',
      'updated UInt64',
    ],
    engine: 'ReplacingMergeTree',
    version: 'updated',
    orderBy: 'server',
  },
  {
    // The session matcher's own state at a place in a source's order, to go on from there or to replay late data from there.
    name: 'source_states',
    columns: [
      'server String',
      "asOf DateTime64(3, 'UTC')",
      'asOfSeq UInt64',
      'state String CODEC(ZSTD(3))',
      'updated UInt64',
    ],
    engine: 'ReplacingMergeTree',
    version: 'updated',
    orderBy: '(server, asOf)',
  },
  {
    // How far each file has been read, so that it can be followed.
    name: 'checkpoints',
    columns: [
      'file String',
      'server String',
      'fingerprint String',
      'offset UInt64',
      'lines UInt64',
      'state String CODEC(ZSTD(3))',
      'updated UInt64',
    ],
    engine: 'ReplacingMergeTree',
    version: 'updated',
    orderBy: '(file)',
  },
  {
    // Lines that could not be read or dated: kept word for word, with the reason.
    name: 'unreadable_lines',
    columns: [
      'server String',
      'file String',
      'line UInt64',
      "kind Enum8('unreadable' = 1, 'undated' = 2)",
      'reason LowCardinality(String)',
      'text String CODEC(ZSTD(3))',
      'updated UInt64',
    ],
    engine: 'ReplacingMergeTree',
    version: 'updated',
    orderBy: '(server, file, line)',
  },
  {
    // What was bought. A later load of the same document supersedes its rows; they stay as history.
    // `quantity` is meaningless when `uncounted` is 1. `overdraft` −1 = unlimited. Empty account / server = covers all.
    name: 'entitlements',
    columns: [
      'id String',
      'document String',
      label('account'),
      label('product'),
      label('feature'),
      label('version'),
      label('server'),
      label('vendor'),
      "model Enum8('concurrent' = 1, 'metered' = 2)",
      "period Enum8('term' = 0, 'month' = 1, 'quarter' = 2, 'year' = 3)",
      amount('quantity'),
      amount('overdraft'),
      'uncounted UInt8',
      'start Date32',
      'end Date32',
      'origin String',
      'loaded UInt64',
      'superseded UInt64',
      'updated UInt64',
    ],
    engine: 'ReplacingMergeTree',
    version: 'updated',
    orderBy: 'id',
  },
  {
    // Rules that say which account a user, host, group or project belongs to, and which product a feature.
    name: 'mappings',
    columns: [
      'document String',
      'position UInt32',
      "target Enum8('account' = 1, 'product' = 2)",
      "field Enum8('user' = 1, 'host' = 2, 'group' = 3, 'project' = 4, 'feature' = 5, 'server' = 6)",
      'pattern String',
      'value String',
      'active UInt8',
      'updated UInt64',
    ],
    engine: 'ReplacingMergeTree',
    version: 'updated',
    orderBy: '(document, target, position)',
  },
  {
    name: 'tokens',
    columns: [
      'id String',
      'name String',
      'hash String',
      "scope Enum8('read' = 1, 'write' = 2, 'admin' = 3)",
      'accounts Array(String)',
      'created UInt64',
      'revoked UInt64',
      'updated UInt64',
    ],
    engine: 'ReplacingMergeTree',
    version: 'updated',
    orderBy: 'id',
  },
];

/** Links and subscriptions. Times are milliseconds since 1970. */
export const sharingTables: readonly Table[] = [
  {
    // Addresses that show one account's page to whoever has them: only the hash of the secret is kept. `revoked` 0 = in force.
    name: 'links',
    columns: [
      'id String',
      'hash String',
      'account String',
      'report LowCardinality(String)',
      'showUsers UInt8',
      'purpose String',
      'createdBy String',
      'created UInt64',
      'expires UInt64',
      'revoked UInt64',
      'updated UInt64',
    ],
    engine: 'ReplacingMergeTree',
    version: 'updated',
    orderBy: 'id',
  },
  {
    name: 'link_openings',
    columns: ['link String', 'at UInt64', 'agent String', 'address String'],
    engine: 'MergeTree',
    orderBy: '(link, at)',
  },
  {
    // Who gets a report, and when. `definition`: JSON of `subscriptionSchema`. `removed` 0 = in force.
    name: 'subscriptions',
    columns: [
      'name String',
      "origin Enum8('command' = 1, 'configuration' = 2)",
      'definition String',
      'since UInt64',
      'removed UInt64',
      'updated UInt64',
    ],
    engine: 'ReplacingMergeTree',
    version: 'updated',
    orderBy: 'name',
  },
  {
    // What became of each mail (src/share/subscriptions/delivery.ts).
    name: 'deliveries',
    columns: [
      'subscription String',
      'due UInt64',
      'recipient String',
      'test UInt8',
      "state Enum8('waiting' = 1, 'making' = 2, 'sending' = 3, 'sent' = 4, 'failed' = 5, 'unknown' = 6, 'skipped' = 7)",
      'attempts UInt32',
      'next UInt64',
      'note String',
      'updated UInt64',
    ],
    engine: 'ReplacingMergeTree',
    version: 'updated',
    orderBy: '(subscription, due, recipient, test)',
  },
];

export const readingTables: readonly Table[] = [
  {
    // What each file had of each source when it was last read, so that reading it again counts nothing twice. `events` with
    // copies: those of all readings beyond the stored ones are repeated lines.
    name: 'readings',
    columns: [
      'server String',
      'file String',
      'head String',
      'headBytes UInt32',
      'lines UInt64',
      'events UInt64',
      'undated UInt64',
      'unreadable UInt64',
      'updated UInt64',
    ],
    engine: 'ReplacingMergeTree',
    version: 'updated',
    orderBy: '(server, file, head)',
  },
];

export const episodeTables: readonly Table[] = [
  {
    // Denials of one client for one feature, close together (gaps up to 600 s), over the servers of its account: derived like
    // `usage`, replaced as touched (`lines` 0 = it is no more). `time` and `seq` are of the first of them, server, vendor, version
    // and reason of the last; `servers` and `serverLines` say where the lines are, `reasons` has all, the last one last.
    // `grantAfter`: milliseconds from the last of them to that client's next checkout of the feature, within a day; -1 when there
    // is none. A line without a client is an episode by itself: `seq` tells those of one moment apart.
    name: 'episodes',
    columns: [
      label('account'),
      label('feature'),
      time('time'),
      'seq UInt64 CODEC(ZSTD(1))',
      time('last'),
      label('server'),
      label('vendor'),
      label('version'),
      "kind Enum8('denial' = 3, 'unsupported' = 4)",
      'client UInt32 CODEC(ZSTD(1))',
      label('project'),
      'lines UInt32 CODEC(ZSTD(1))',
      label('code'),
      label('reason'),
      'reasons Array(LowCardinality(String)) CODEC(ZSTD(1))',
      label('detail'),
      'servers Array(LowCardinality(String)) CODEC(ZSTD(1))',
      'serverLines Array(UInt32) CODEC(ZSTD(1))',
      'grantAfter Int64 CODEC(ZSTD(1))',
      'stamp UInt64 CODEC(ZSTD(1))',
    ],
    engine: 'ReplacingMergeTree',
    version: 'stamp',
    partitionBy: 'toYYYYMM(time)',
    orderBy: '(account, feature, time, server, vendor, client, kind, seq)',
    shardBy: 'cityHash64(account)',
  },
];

export const factsTables: readonly Table[] = [
  {
    // What a stretch of time says of a group's use: in use when it begins, at most, and when it ends, and its license-milliseconds.
    // Days and months are the site's (`store_settings` factsZone), quarter hours are kept where one holds many changes. `bucket` is
    // the stretch's start. Stretches in which nothing was open and nothing happened have no row. Recomputed whole for what an
    // ingest touched; the highest `stamp` counts. The month leads the order: a range then reads the months it touches, and of them
    // whole accounts.
    name: 'facts',
    columns: [
      "grouping Enum8('all' = 0, 'account' = 1, 'server' = 2, 'feature' = 3, 'account_feature' = 4, 'account_feature_server' = 5, 'server_vendor_feature' = 6)",
      "level Enum8('quarter' = 0, 'day' = 1, 'month' = 2)",
      label('account'),
      label('feature'),
      label('server'),
      label('vendor'),
      "bucket DateTime('UTC') CODEC(Delta, ZSTD(1))",
      amount('opening'),
      amount('peak'),
      amount('closing'),
      'area Decimal(38, 6) CODEC(GCD, ZSTD(1))',
      'stamp UInt64 CODEC(ZSTD(1))',
    ],
    engine: 'ReplacingMergeTree',
    version: 'stamp',
    partitionBy: '(grouping, level)',
    orderBy: '(grouping, level, toYYYYMM(bucket), account, feature, server, vendor, bucket)',
    shardBy: 'cityHash64(account)',
  },
  {
    // Facts beside what was bought: of each stretch the use against each quantity that was in force in it (-1: nothing countable; an
    // overdraft of -1: without limit), when its peak was first reached, and for how long and on how many days it was at or over
    // 80, 95 and 100 % of it. Derived from `facts`, changes and entitlements; `used` 0 = the row is no more.
    name: 'entitled_use',
    columns: [
      "grouping Enum8('account_feature' = 4, 'account_feature_server' = 5, 'feature' = 3)",
      "level Enum8('day' = 1, 'month' = 2)",
      label('account'),
      label('feature'),
      label('server'),
      "bucket DateTime('UTC') CODEC(Delta, ZSTD(1))",
      amount('bought'),
      amount('overdraft'),
      amount('used'),
      time('usedAt'),
      ...['over80', 'over95', 'over100'].map((name) => `${name} Int64 CODEC(GCD, ZSTD(1))`),
      ...['days80', 'days95', 'days100'].map((name) => `${name} UInt16 CODEC(ZSTD(1))`),
      'stamp UInt64 CODEC(ZSTD(1))',
    ],
    engine: 'ReplacingMergeTree',
    version: 'stamp',
    partitionBy: '(grouping, level)',
    orderBy: '(grouping, level, toYYYYMM(bucket), account, feature, server, bucket, bought, overdraft)',
    shardBy: 'cityHash64(account)',
  },
  {
    // What the store is made for, by name.
    name: 'store_settings',
    columns: ['name String', 'value String', 'updated UInt64'],
    engine: 'ReplacingMergeTree',
    version: 'updated',
    orderBy: 'name',
  },
];

/**
 * Rollups in one piece: what an ingest replaces is written to each partition by itself, which cost it more than all the rest. The order of
 * their rows finds a grouping and level as well.
 */
export const wholeTables: readonly Table[] = [...firstTables, ...factsTables]
  .filter(({ name }) => ['facts', 'entitled_use', 'activity', 'served_clients'].includes(name))
  .map((table) => ({ ...table, partitionBy: undefined }));

/** Tables of former steps that are gone, or whose name stands for another one now. */
const replaced: readonly string[] = ['usage', ...[...episodeTables, ...wholeTables].map(({ name }) => name)];

export const tables: readonly Table[] = [
  ...[...firstTables, ...factsTables].filter(({ name }) => !replaced.includes(name)),
  ...sharingTables,
  ...readingTables,
  ...episodeTables,
  ...wholeTables,
];

/** Whether a cluster keeps the table in parts, behind a distributed one. */
export const isSharded = (table: string): boolean =>
  [...tables, ...firstTables].some(({ name, shardBy }) => name === table && shardBy !== undefined);

export interface View {
  readonly name: string;
  readonly select: string;
}

/**
 * `usage_changes`: every change of the quantity in use, with sessions still open closed at their source's last line.
 * `sessions`: one row per session (or part of one that was given back by itself).
 * @param order what a change is ordered by among others of its moment
 */
const changeViews = (order: 'seq' | 'place AS seq'): readonly View[] => [
  {
    name: 'usage_changes',
    select: `
SELECT account, feature, time, server, ${order}, vendor, version, delta, client, project, held, ending FROM changes
UNION ALL
SELECT account, feature, time, server, seq, vendor, version, delta, client, project, held,
       CAST('open', 'Enum8(\\'\\' = 0, \\'checkin\\' = 1, \\'inactive\\' = 2, \\'shutdown\\' = 3, \\'restart\\' = 4, \\'upgrade\\' = 5, \\'open\\' = 6, \\'orphan\\' = 7, \\'excess\\' = 8)') AS ending
FROM open_sessions
WHERE (server, generation) IN (SELECT server, generation FROM sources FINAL)`,
  },
  {
    name: 'sessions',
    select: `
SELECT account, feature, server, vendor, version, client, project,
       time - toIntervalMillisecond(held) AS start, time AS end, held, -delta AS quantity, ending
FROM usage_changes WHERE ending NOT IN ('', 'orphan', 'excess')`,
  },
];

export const firstViews = changeViews('seq');

/** `source_lines`: the lines of each source, each file as it was last read; `duplicates` are its events beyond the stored ones. */
export const readingViews: readonly View[] = [
  {
    name: 'source_lines',
    select: `
SELECT server, lines, toUInt64(greatest(toInt64(read) - toInt64(stored), 0)) AS duplicates, undated, unreadable
FROM (SELECT server, sum(lines) AS lines, sum(events) AS read, sum(undated) AS undated, sum(unreadable) AS unreadable
      FROM (SELECT * FROM readings FINAL) GROUP BY server) AS counted
LEFT JOIN (SELECT server, count() AS stored FROM events WHERE kind != 'seen' GROUP BY server) AS events USING (server)`,
  },
];

/** A column that a table gained later, at its end. */
export interface LaterColumn {
  readonly table: string;
  readonly column: string;
}

export const placeColumns: readonly LaterColumn[] = [
  // Where a change stands among others of its moment: its `seq`, but a session that a daemon's start closes stands right after the last
  // line of that daemon, before what other daemons wrote in that second. `seq` says to which line it belongs.
  { table: 'changes', column: 'place UInt64 DEFAULT seq CODEC(ZSTD(1))' },
];

export const packageColumns: readonly LaterColumn[] = [
  // What a row was bought together with: its package's name, also on the row of the package itself (FlexNet's PACKAGE); else empty.
  { table: 'entitlements', column: `package LowCardinality(String) DEFAULT ''` },
];

export const placeViews = changeViews('place AS seq');

export const views: readonly View[] = [...placeViews, ...readingViews];
