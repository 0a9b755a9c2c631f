CREATE TABLE IF NOT EXISTS `license_analytics`.`clients_local` ON CLUSTER `main` (
  account LowCardinality(String),
  number UInt32,
  client String,
  user String,
  host String
) ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{shard}/license_analytics/clients', '{replica}')
ORDER BY (account, number)
SETTINGS replicated_deduplication_window = 10000;

CREATE TABLE IF NOT EXISTS `license_analytics`.`clients` ON CLUSTER `main` AS `license_analytics`.`clients_local`
ENGINE = Distributed('main', 'license_analytics', 'clients_local', cityHash64(account));

CREATE TABLE IF NOT EXISTS `license_analytics`.`events_local` ON CLUSTER `main` (
  account LowCardinality(String),
  feature LowCardinality(String),
  time DateTime64(3, 'UTC') CODEC(GCD, Delta, ZSTD(1)),
  seq UInt64 CODEC(ZSTD(1)),
  server LowCardinality(String),
  vendor LowCardinality(String),
  version LowCardinality(String),
  kind Enum8('checkout' = 1, 'checkin' = 2, 'denial' = 3, 'unsupported' = 4, 'queued' = 5, 'dequeued' = 6, 'upgrade' = 7, 'start' = 20, 'exit' = 21, 'reread' = 22, 'seen' = 23),
  model Enum8('concurrent' = 1, 'metered' = 2),
  client UInt32 CODEC(ZSTD(1)),
  project LowCardinality(String),
  quantity Decimal(18, 6) CODEC(ZSTD(1)),
  quantityBefore Decimal(18, 6) CODEC(ZSTD(1)),
  handle String CODEC(ZSTD(1)),
  code LowCardinality(String),
  reason LowCardinality(String),
  detail LowCardinality(String),
  previous DateTime64(3, 'UTC') CODEC(GCD, Delta, ZSTD(1)),
  identity UInt64 CODEC(NONE)
) ENGINE = ReplicatedMergeTree('/clickhouse/tables/{shard}/license_analytics/events', '{replica}')
PARTITION BY toYYYYMM(time)
ORDER BY (account, feature, time, server, seq)
SETTINGS replicated_deduplication_window = 10000;

CREATE TABLE IF NOT EXISTS `license_analytics`.`events` ON CLUSTER `main` AS `license_analytics`.`events_local`
ENGINE = Distributed('main', 'license_analytics', 'events_local', cityHash64(account));

CREATE TABLE IF NOT EXISTS `license_analytics`.`changes_local` ON CLUSTER `main` (
  account LowCardinality(String),
  feature LowCardinality(String),
  time DateTime64(3, 'UTC') CODEC(GCD, Delta, ZSTD(1)),
  server LowCardinality(String),
  seq UInt64 CODEC(ZSTD(1)),
  vendor LowCardinality(String),
  version LowCardinality(String),
  delta Decimal(18, 6) CODEC(ZSTD(1)),
  client UInt32 CODEC(ZSTD(1)),
  project LowCardinality(String),
  held Int64 CODEC(GCD, ZSTD(1)),
  ending Enum8('' = 0, 'checkin' = 1, 'inactive' = 2, 'shutdown' = 3, 'restart' = 4, 'upgrade' = 5, 'open' = 6, 'orphan' = 7, 'excess' = 8)
) ENGINE = ReplicatedMergeTree('/clickhouse/tables/{shard}/license_analytics/changes', '{replica}')
PARTITION BY toYYYYMM(time)
ORDER BY (account, feature, time, server, seq)
SETTINGS replicated_deduplication_window = 10000;

CREATE TABLE IF NOT EXISTS `license_analytics`.`changes` ON CLUSTER `main` AS `license_analytics`.`changes_local`
ENGINE = Distributed('main', 'license_analytics', 'changes_local', cityHash64(account));

CREATE TABLE IF NOT EXISTS `license_analytics`.`open_sessions_local` ON CLUSTER `main` (
  account LowCardinality(String),
  feature LowCardinality(String),
  time DateTime64(3, 'UTC') CODEC(GCD, Delta, ZSTD(1)),
  server LowCardinality(String),
  seq UInt64,
  vendor LowCardinality(String),
  version LowCardinality(String),
  delta Decimal(18, 6) CODEC(ZSTD(1)),
  client UInt32,
  project LowCardinality(String),
  held Int64,
  generation UInt64
) ENGINE = ReplicatedMergeTree('/clickhouse/tables/{shard}/license_analytics/open_sessions', '{replica}')
ORDER BY (server, generation, account, feature)
SETTINGS replicated_deduplication_window = 10000;

CREATE TABLE IF NOT EXISTS `license_analytics`.`open_sessions` ON CLUSTER `main` AS `license_analytics`.`open_sessions_local`
ENGINE = Distributed('main', 'license_analytics', 'open_sessions_local', cityHash64(account));

CREATE TABLE IF NOT EXISTS `license_analytics`.`sources` ON CLUSTER `main` (
  server String,
  format LowCardinality(String),
  timezone LowCardinality(String),
  account LowCardinality(String),
  firstLine DateTime64(3, 'UTC'),
  lastLine DateTime64(3, 'UTC'),
  tracksDenials UInt8,
  state Enum8('clean' = 0, 'dirty' = 1),
  derivedTo DateTime64(3, 'UTC'),
  derivedSeq UInt64,
  touched DateTime64(3, 'UTC'),
  generation UInt64,
  lines UInt64,
  duplicates UInt64,
  undated UInt64,
  unreadable UInt64,
  updated UInt64
) ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/all/license_analytics/sources', '{replica}', updated)
ORDER BY server
SETTINGS replicated_deduplication_window = 10000;

CREATE TABLE IF NOT EXISTS `license_analytics`.`source_states` ON CLUSTER `main` (
  server String,
  asOf DateTime64(3, 'UTC'),
  asOfSeq UInt64,
  state String CODEC(ZSTD(3)),
  updated UInt64
) ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/all/license_analytics/source_states', '{replica}', updated)
ORDER BY (server, asOf)
SETTINGS replicated_deduplication_window = 10000;

CREATE TABLE IF NOT EXISTS `license_analytics`.`checkpoints` ON CLUSTER `main` (
  file String,
  server String,
  fingerprint String,
  offset UInt64,
  lines UInt64,
  state String CODEC(ZSTD(3)),
  updated UInt64
) ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/all/license_analytics/checkpoints', '{replica}', updated)
ORDER BY (file)
SETTINGS replicated_deduplication_window = 10000;

CREATE TABLE IF NOT EXISTS `license_analytics`.`unreadable_lines` ON CLUSTER `main` (
  server String,
  file String,
  line UInt64,
  kind Enum8('unreadable' = 1, 'undated' = 2),
  reason LowCardinality(String),
  text String CODEC(ZSTD(3)),
  updated UInt64
) ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/all/license_analytics/unreadable_lines', '{replica}', updated)
ORDER BY (server, file, line)
SETTINGS replicated_deduplication_window = 10000;

CREATE TABLE IF NOT EXISTS `license_analytics`.`entitlements` ON CLUSTER `main` (
  id String,
  document String,
  account LowCardinality(String),
  product LowCardinality(String),
  feature LowCardinality(String),
  version LowCardinality(String),
  server LowCardinality(String),
  vendor LowCardinality(String),
  model Enum8('concurrent' = 1, 'metered' = 2),
  period Enum8('term' = 0, 'month' = 1, 'quarter' = 2, 'year' = 3),
  quantity Decimal(18, 6) CODEC(ZSTD(1)),
  overdraft Decimal(18, 6) CODEC(ZSTD(1)),
  uncounted UInt8,
  start Date32,
  end Date32,
  origin String,
  loaded UInt64,
  superseded UInt64,
  updated UInt64
) ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/all/license_analytics/entitlements', '{replica}', updated)
ORDER BY id
SETTINGS replicated_deduplication_window = 10000;

CREATE TABLE IF NOT EXISTS `license_analytics`.`mappings` ON CLUSTER `main` (
  document String,
  position UInt32,
  target Enum8('account' = 1, 'product' = 2),
  field Enum8('user' = 1, 'host' = 2, 'group' = 3, 'project' = 4, 'feature' = 5, 'server' = 6),
  pattern String,
  value String,
  active UInt8,
  updated UInt64
) ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/all/license_analytics/mappings', '{replica}', updated)
ORDER BY (document, target, position)
SETTINGS replicated_deduplication_window = 10000;

CREATE TABLE IF NOT EXISTS `license_analytics`.`tokens` ON CLUSTER `main` (
  id String,
  name String,
  hash String,
  scope Enum8('read' = 1, 'write' = 2, 'admin' = 3),
  accounts Array(String),
  created UInt64,
  revoked UInt64,
  updated UInt64
) ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/all/license_analytics/tokens', '{replica}', updated)
ORDER BY id
SETTINGS replicated_deduplication_window = 10000;

CREATE TABLE IF NOT EXISTS `license_analytics`.`store_settings` ON CLUSTER `main` (
  name String,
  value String,
  updated UInt64
) ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/all/license_analytics/store_settings', '{replica}', updated)
ORDER BY name
SETTINGS replicated_deduplication_window = 10000;

CREATE TABLE IF NOT EXISTS `license_analytics`.`links` ON CLUSTER `main` (
  id String,
  hash String,
  account String,
  report LowCardinality(String),
  showUsers UInt8,
  purpose String,
  createdBy String,
  created UInt64,
  expires UInt64,
  revoked UInt64,
  updated UInt64
) ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/all/license_analytics/links', '{replica}', updated)
ORDER BY id
SETTINGS replicated_deduplication_window = 10000;

CREATE TABLE IF NOT EXISTS `license_analytics`.`link_openings` ON CLUSTER `main` (
  link String,
  at UInt64,
  agent String,
  address String
) ENGINE = ReplicatedMergeTree('/clickhouse/tables/all/license_analytics/link_openings', '{replica}')
ORDER BY (link, at)
SETTINGS replicated_deduplication_window = 10000;

CREATE TABLE IF NOT EXISTS `license_analytics`.`subscriptions` ON CLUSTER `main` (
  name String,
  origin Enum8('command' = 1, 'configuration' = 2),
  definition String,
  since UInt64,
  removed UInt64,
  updated UInt64
) ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/all/license_analytics/subscriptions', '{replica}', updated)
ORDER BY name
SETTINGS replicated_deduplication_window = 10000;

CREATE TABLE IF NOT EXISTS `license_analytics`.`deliveries` ON CLUSTER `main` (
  subscription String,
  due UInt64,
  recipient String,
  test UInt8,
  state Enum8('waiting' = 1, 'making' = 2, 'sending' = 3, 'sent' = 4, 'failed' = 5, 'unknown' = 6, 'skipped' = 7),
  attempts UInt32,
  next UInt64,
  note String,
  updated UInt64
) ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/all/license_analytics/deliveries', '{replica}', updated)
ORDER BY (subscription, due, recipient, test)
SETTINGS replicated_deduplication_window = 10000;

CREATE TABLE IF NOT EXISTS `license_analytics`.`readings` ON CLUSTER `main` (
  server String,
  file String,
  head String,
  headBytes UInt32,
  lines UInt64,
  events UInt64,
  undated UInt64,
  unreadable UInt64,
  updated UInt64
) ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/all/license_analytics/readings', '{replica}', updated)
ORDER BY (server, file, head)
SETTINGS replicated_deduplication_window = 10000;

CREATE TABLE IF NOT EXISTS `license_analytics`.`episodes_local` ON CLUSTER `main` (
  account LowCardinality(String),
  feature LowCardinality(String),
  time DateTime64(3, 'UTC') CODEC(GCD, Delta, ZSTD(1)),
  seq UInt64 CODEC(ZSTD(1)),
  last DateTime64(3, 'UTC') CODEC(GCD, Delta, ZSTD(1)),
  server LowCardinality(String),
  vendor LowCardinality(String),
  version LowCardinality(String),
  kind Enum8('denial' = 3, 'unsupported' = 4),
  client UInt32 CODEC(ZSTD(1)),
  project LowCardinality(String),
  lines UInt32 CODEC(ZSTD(1)),
  code LowCardinality(String),
  reason LowCardinality(String),
  reasons Array(LowCardinality(String)) CODEC(ZSTD(1)),
  detail LowCardinality(String),
  servers Array(LowCardinality(String)) CODEC(ZSTD(1)),
  serverLines Array(UInt32) CODEC(ZSTD(1)),
  grantAfter Int64 CODEC(ZSTD(1)),
  stamp UInt64 CODEC(ZSTD(1))
) ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{shard}/license_analytics/episodes', '{replica}', stamp)
PARTITION BY toYYYYMM(time)
ORDER BY (account, feature, time, server, vendor, client, kind, seq)
SETTINGS replicated_deduplication_window = 10000;

CREATE TABLE IF NOT EXISTS `license_analytics`.`episodes` ON CLUSTER `main` AS `license_analytics`.`episodes_local`
ENGINE = Distributed('main', 'license_analytics', 'episodes_local', cityHash64(account));

CREATE TABLE IF NOT EXISTS `license_analytics`.`activity_local` ON CLUSTER `main` (
  level Enum8('day' = 1, 'month' = 2),
  account LowCardinality(String),
  feature LowCardinality(String),
  version LowCardinality(String),
  server LowCardinality(String),
  vendor LowCardinality(String),
  model Enum8('concurrent' = 1, 'metered' = 2),
  bucket Date CODEC(Delta, ZSTD(1)),
  checkouts UInt32 CODEC(ZSTD(1)),
  checkins UInt32 CODEC(ZSTD(1)),
  denials UInt32 CODEC(ZSTD(1)),
  unsupported UInt32 CODEC(ZSTD(1)),
  queued UInt32 CODEC(ZSTD(1)),
  dequeued UInt32 CODEC(ZSTD(1)),
  upgrades UInt32 CODEC(ZSTD(1)),
  consumed Decimal(38, 6) CODEC(ZSTD(1)),
  stamp UInt64 CODEC(ZSTD(1))
) ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{shard}/license_analytics/activity', '{replica}', stamp)
ORDER BY (level, toYYYYMM(bucket), account, feature, version, server, vendor, model, bucket)
SETTINGS replicated_deduplication_window = 10000;

CREATE TABLE IF NOT EXISTS `license_analytics`.`activity` ON CLUSTER `main` AS `license_analytics`.`activity_local`
ENGINE = Distributed('main', 'license_analytics', 'activity_local', cityHash64(account));

CREATE TABLE IF NOT EXISTS `license_analytics`.`served_clients_local` ON CLUSTER `main` (
  level Enum8('day' = 1, 'month' = 2),
  account LowCardinality(String),
  feature LowCardinality(String),
  server LowCardinality(String),
  bucket Date CODEC(Delta, ZSTD(1)),
  clients AggregateFunction(groupBitmap, UInt32) CODEC(ZSTD(1)),
  stamp UInt64 CODEC(ZSTD(1))
) ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{shard}/license_analytics/served_clients', '{replica}', stamp)
ORDER BY (level, toYYYYMM(bucket), account, feature, server, bucket)
SETTINGS replicated_deduplication_window = 10000;

CREATE TABLE IF NOT EXISTS `license_analytics`.`served_clients` ON CLUSTER `main` AS `license_analytics`.`served_clients_local`
ENGINE = Distributed('main', 'license_analytics', 'served_clients_local', cityHash64(account));

CREATE TABLE IF NOT EXISTS `license_analytics`.`facts_local` ON CLUSTER `main` (
  grouping Enum8('all' = 0, 'account' = 1, 'server' = 2, 'feature' = 3, 'account_feature' = 4, 'account_feature_server' = 5, 'server_vendor_feature' = 6),
  level Enum8('quarter' = 0, 'day' = 1, 'month' = 2),
  account LowCardinality(String),
  feature LowCardinality(String),
  server LowCardinality(String),
  vendor LowCardinality(String),
  bucket DateTime('UTC') CODEC(Delta, ZSTD(1)),
  opening Decimal(18, 6) CODEC(ZSTD(1)),
  peak Decimal(18, 6) CODEC(ZSTD(1)),
  closing Decimal(18, 6) CODEC(ZSTD(1)),
  area Decimal(38, 6) CODEC(GCD, ZSTD(1)),
  stamp UInt64 CODEC(ZSTD(1))
) ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{shard}/license_analytics/facts', '{replica}', stamp)
ORDER BY (grouping, level, toYYYYMM(bucket), account, feature, server, vendor, bucket)
SETTINGS replicated_deduplication_window = 10000;

CREATE TABLE IF NOT EXISTS `license_analytics`.`facts` ON CLUSTER `main` AS `license_analytics`.`facts_local`
ENGINE = Distributed('main', 'license_analytics', 'facts_local', cityHash64(account));

CREATE TABLE IF NOT EXISTS `license_analytics`.`entitled_use_local` ON CLUSTER `main` (
  grouping Enum8('account_feature' = 4, 'account_feature_server' = 5, 'feature' = 3),
  level Enum8('day' = 1, 'month' = 2),
  account LowCardinality(String),
  feature LowCardinality(String),
  server LowCardinality(String),
  bucket DateTime('UTC') CODEC(Delta, ZSTD(1)),
  bought Decimal(18, 6) CODEC(ZSTD(1)),
  overdraft Decimal(18, 6) CODEC(ZSTD(1)),
  used Decimal(18, 6) CODEC(ZSTD(1)),
  usedAt DateTime64(3, 'UTC') CODEC(GCD, Delta, ZSTD(1)),
  over80 Int64 CODEC(GCD, ZSTD(1)),
  over95 Int64 CODEC(GCD, ZSTD(1)),
  over100 Int64 CODEC(GCD, ZSTD(1)),
  days80 UInt16 CODEC(ZSTD(1)),
  days95 UInt16 CODEC(ZSTD(1)),
  days100 UInt16 CODEC(ZSTD(1)),
  stamp UInt64 CODEC(ZSTD(1))
) ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{shard}/license_analytics/entitled_use', '{replica}', stamp)
ORDER BY (grouping, level, toYYYYMM(bucket), account, feature, server, bucket, bought, overdraft)
SETTINGS replicated_deduplication_window = 10000;

CREATE TABLE IF NOT EXISTS `license_analytics`.`entitled_use` ON CLUSTER `main` AS `license_analytics`.`entitled_use_local`
ENGINE = Distributed('main', 'license_analytics', 'entitled_use_local', cityHash64(account));

ALTER TABLE `license_analytics`.`changes_local` ON CLUSTER `main` ADD COLUMN IF NOT EXISTS place UInt64 DEFAULT seq CODEC(ZSTD(1));

ALTER TABLE `license_analytics`.`changes` ON CLUSTER `main` ADD COLUMN IF NOT EXISTS place UInt64 DEFAULT seq CODEC(ZSTD(1));

ALTER TABLE `license_analytics`.`entitlements` ON CLUSTER `main` ADD COLUMN IF NOT EXISTS package LowCardinality(String) DEFAULT '';

CREATE OR REPLACE VIEW `license_analytics`.`usage_changes` ON CLUSTER `main` AS SELECT account, feature, time, server, place AS seq, vendor, version, delta, client, project, held, ending FROM changes
UNION ALL
SELECT account, feature, time, server, seq, vendor, version, delta, client, project, held,
       CAST('open', 'Enum8(\'\' = 0, \'checkin\' = 1, \'inactive\' = 2, \'shutdown\' = 3, \'restart\' = 4, \'upgrade\' = 5, \'open\' = 6, \'orphan\' = 7, \'excess\' = 8)') AS ending
FROM open_sessions
WHERE (server, generation) IN (SELECT server, generation FROM sources FINAL);

CREATE OR REPLACE VIEW `license_analytics`.`sessions` ON CLUSTER `main` AS SELECT account, feature, server, vendor, version, client, project,
       time - toIntervalMillisecond(held) AS start, time AS end, held, -delta AS quantity, ending
FROM usage_changes WHERE ending NOT IN ('', 'orphan', 'excess');

CREATE OR REPLACE VIEW `license_analytics`.`source_lines` ON CLUSTER `main` AS SELECT server, lines, toUInt64(greatest(toInt64(read) - toInt64(stored), 0)) AS duplicates, undated, unreadable
FROM (SELECT server, sum(lines) AS lines, sum(events) AS read, sum(undated) AS undated, sum(unreadable) AS unreadable
      FROM (SELECT * FROM readings FINAL) GROUP BY server) AS counted
LEFT JOIN (SELECT server, count() AS stored FROM events WHERE kind != 'seen' GROUP BY server) AS events USING (server);
