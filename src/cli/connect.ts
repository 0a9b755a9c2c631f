import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { LoadedConfig } from '../config/load.ts';
import { loadConfig } from '../config/load.ts';
import { secret } from '../config/secrets.ts';
import { readAddress } from '../server/address.ts';
import type { FollowSettings } from '../server/following.ts';
import { readBranding } from '../config/read-branding.ts';
import { deliverySettings } from '../server/delivery/settings.ts';
import type { ServerSettings } from '../server/open.ts';
import type { Service } from '../server/service.ts';
import { absent, StoreError } from '../store/errors.ts';
import { isStore } from '../store/is-store.ts';
import type { Io } from './io.ts';
import { UsageError } from './io.ts';
import { remoteService } from './remote.ts';

/** Options that every command on data takes. */
export interface PlaceOptions {
  readonly config?: string;
  readonly data?: string;
  readonly clickhouse?: string;
  readonly api?: string;
  readonly token?: string;
}

export const defaultData = './data/store';

/** Adds `--data`, `--clickhouse`, `--api`, `--token` and `--config` to a command. */
export function withPlace(command: Command): Command {
  return command
    .option('--data <dir>', `directory of the built-in store (default: ${defaultData})`)
    .option('--clickhouse <url>', 'a ClickHouse server instead, such as http://clickhouse:8123')
    .option('--api <url>', 'a running License Analytics server instead, such as http://127.0.0.1:8686')
    .option('--token <token>', 'token for --api; better in LICENSE_ANALYTICS_TOKEN')
    .option('--config <file>', 'configuration file (default: license-analytics.yaml, when there is one)');
}

/** Where the answers come from: a running server by its URL, or a store that this process opens. */
export type Place =
  | { readonly kind: 'api'; readonly url: string; readonly token: string | undefined; readonly why: string }
  | { readonly kind: 'store'; readonly settings: ServerSettings };

export function placeOf(options: PlaceOptions, { config, file }: LoadedConfig, io: Io): Place {
  const named = [options.data, options.clickhouse, options.api].filter((value) => value !== undefined);
  if (named.length > 1) throw new UsageError('Give one of --data, --clickhouse and --api, not several.');
  if (options.api !== undefined) {
    if (!URL.canParse(options.api) || !/^https?:/.test(options.api)) {
      throw new UsageError(`--api: expected a URL such as http://127.0.0.1:8686, found "${options.api}".`);
    }
    const token = options.token ?? secret('LICENSE_ANALYTICS_TOKEN', io.env);
    return { kind: 'api', url: options.api, token, why: '' };
  }
  const settings = settingsOf(options, { config, file }, io);
  const address = settings.store.kind === 'directory' ? readAddress(settings.store.directory) : undefined;
  if (address !== undefined && settings.store.kind === 'directory') {
    const why = `a server has ${settings.store.directory} open: asking it at ${address.url}`;
    return { kind: 'api', url: address.url, token: address.token, why };
  }
  return { kind: 'store', settings };
}

/** A directory is open in one process only; a ClickHouse server may have another one writing to it. */
export const ownsStore = (place: Place): boolean => place.kind === 'store' && place.settings.store.kind === 'directory';

/** The store that options and configuration name, and how to answer from it. */
export function settingsOf(options: PlaceOptions, { config }: LoadedConfig, io: Io): ServerSettings {
  const common = {
    siteTimezone: config.siteTimezone,
    siteAccount: config.siteAccount,
    denials: config.denials,
    denialsAcross: config.denialEpisodes.across,
    limits: config.limits,
    delivery: deliverySettings(
      config,
      secret('LICENSE_ANALYTICS_SMTP_PASSWORD', io.env),
      readBranding(config.branding),
    ),
  };
  const url = options.clickhouse ?? (options.data === undefined ? config.clickhouse?.url : undefined);
  if (url !== undefined) {
    if (!URL.canParse(url) || !/^https?:/.test(url)) {
      throw new UsageError(`--clickhouse: expected a URL such as http://clickhouse:8123, found "${url}".`);
    }
    const password = secret('LICENSE_ANALYTICS_CLICKHOUSE_PASSWORD', io.env);
    const { user, database, cluster } = config.clickhouse ?? {};
    return {
      ...common,
      store: {
        kind: 'clickhouse',
        url,
        ...(user === undefined ? {} : { username: user }),
        ...(password === undefined ? {} : { password }),
        ...(database === undefined ? {} : { database }),
        ...(cluster === undefined ? {} : { cluster }),
      },
    };
  }
  return { ...common, store: { kind: 'directory', directory: resolve(options.data ?? config.data ?? defaultData) } };
}

/** What the configuration says that a server follows. */
export function followSettingsOf({ config }: LoadedConfig): FollowSettings {
  return {
    everySeconds: config.following.everySeconds,
    sources: config.sources
      .filter(({ follow }) => follow)
      .map(({ files, format, server, account, timezone = config.siteTimezone, options }) => ({
        names: files,
        format,
        source: {
          timezone,
          ...(server !== undefined && { server }),
          ...(account !== undefined && { account }),
          ...(options !== undefined && { formatOptions: options }),
        },
      })),
    documents: [
      ...(config.accounts ?? []).map((file) => ({ kind: 'accounts' as const, file })),
      ...config.entitlements.map((entry) => ({ kind: 'entitlements' as const, ...entry })),
    ],
  };
}

/** For who only reads. Of a directory it is known before the engine is loaded; of a ClickHouse server when it is opened as `existing`. */
export function requireStore({ store }: ServerSettings): void {
  if (store.kind === 'directory' && !isStore(store.directory)) throw absent(store.directory);
}

/** What a command does to a store that this process opens. */
export interface StoreUse {
  /** Whether there has to be one, or the command writes the first thing into it. */
  readonly store: 'existing' | 'new';
  /** Whether lines are written, so that this process is the one that may end what an interrupted ingest left open. */
  readonly writesLines?: boolean;
  /** Throws for a mistake in what is given: no store is made for it. A server looks by itself. */
  readonly check?: (loaded: LoadedConfig) => Promise<unknown>;
}

/** Runs `work` on the service that the options name, and closes it whatever happens. */
export async function withService<T>(
  options: PlaceOptions,
  io: Io,
  work: (service: Service, loaded: LoadedConfig) => Promise<T>,
  { store, writesLines = false, check }: StoreUse = { store: 'existing' },
): Promise<T> {
  const loaded = loadConfig(options.config, io.env);
  const place = placeOf(options, loaded, io);
  if (place.kind === 'api') {
    if (place.why !== '') io.err(`${place.why}\n`);
    return work(remoteService(place.url, place.token), loaded);
  }
  if (store === 'existing') requireStore(place.settings);
  await check?.(loaded);
  let service: Service;
  try {
    // The engine and all that draws reports: a command that asks a server, or is told of a mistake, need not wait for them.
    const { openLocalService } = await import('../server/open.ts');
    service = await openLocalService(place.settings, {
      existing: store === 'existing',
      recovers: writesLines || ownsStore(place),
      ...(ownsStore(place) && { onRepair: (sentence) => io.err(`note: ${sentence}\n`) }),
    });
  } catch (error) {
    if (error instanceof StoreError && error.code === 'locked') {
      throw new StoreError(
        'locked',
        error.sentence,
        'Ask the server that has it open with --api URL, or stop that process.',
        {
          cause: error,
        },
      );
    }
    throw error;
  }
  try {
    return await work(service, loaded);
  } finally {
    await service.close();
  }
}
