import type { Command } from 'commander';
import { Option } from 'commander';
import type { LoadedConfig } from '../../config/load.ts';
import { ConfigError, loadConfig } from '../../config/load.ts';
import { owner } from '../../server/caller.ts';
import type { SubscriptionInfo } from '../../server/delivery/delivering.ts';
import { ApiError, toApiError } from '../../server/errors.ts';
import { isKnownAccount } from '../../server/known-account.ts';
import type { Service } from '../../server/service.ts';
import type { Place, PlaceOptions } from '../connect.ts';
import { ownsStore, placeOf, requireStore, withPlace } from '../connect.ts';
import { checkData } from '../doctor-data.ts';
import type { Finding } from '../doctor-findings.ts';
import { checkDelivering } from '../doctor-delivering.ts';
import { checkFollowing } from '../doctor-following.ts';
import { bad, good, warning } from '../doctor-findings.ts';
import { checkDirectory, checkNode, checkPlatform, checkPort } from '../doctor-machine.ts';
import type { OutputFormat } from '../format.ts';
import { formatAnswer, outputFormats } from '../format.ts';
import type { Io } from '../io.ts';
import { remoteDeliveringState, remoteFollowing, remoteService } from '../remote.ts';

const examples = `
Examples:
  $ license-analytics doctor
  $ license-analytics doctor --api http://127.0.0.1:8686

Exit code 1 when something is wrong; warnings alone give 0.
`;

export function doctorCommand(program: Command, io: Io): void {
  withPlace(program.command('doctor'))
    .description('what is wrong with my set-up')
    .addOption(new Option('--format <format>', 'how the findings are written').choices(outputFormats).default('table'))
    .addHelpText('after', examples)
    .action(async (options: PlaceOptions & { format: OutputFormat }) => {
      const findings = await examine(options, io);
      const columns = (['check', 'state', 'found', 'todo'] as const).map((key) => ({
        key,
        title: key,
        type: 'string' as const,
        unit: '',
      }));
      if (options.format === 'table') io.out(findings.map(findingText).join(''));
      else io.out(formatAnswer({ columns, rows: findings.map((finding) => ({ ...finding })) }, options.format));
      if (findings.some((finding) => finding.state === 'wrong')) process.exitCode = 1;
    });
}

const findingText = ({ check, state, found, todo }: Finding): string =>
  `${state.padEnd(8)} ${check}: ${found}\n${todo === '' ? '' : `         → ${todo}\n`}`;

async function examine(options: PlaceOptions, io: Io): Promise<readonly Finding[]> {
  const findings: Finding[] = [checkNode()];
  let loaded: LoadedConfig;
  try {
    loaded = loadConfig(options.config, io.env);
    findings.push(good('Configuration', loaded.file ?? 'no file; every default holds'));
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return [
      ...findings,
      bad('Configuration', error.problems.join(' | '), 'Correct it; license-analytics config check shows the result.'),
    ];
  }
  const place = placeOf(options, loaded, io);
  const { host, port } = loaded.config.listen;
  if (place.kind === 'store') {
    const embedded = place.settings.store.kind === 'directory';
    findings.push(checkPlatform(embedded));
    if (place.settings.store.kind === 'directory') findings.push(...checkDirectory(place.settings.store.directory));
  }
  findings.push(await checkPort(host, port, place.kind === 'api' ? place.url : undefined));
  if (findings.some((finding) => finding.state === 'wrong')) return findings;

  let service: Service | undefined;
  let repaired = '';
  try {
    if (place.kind === 'store') requireStore(place.settings);
    service =
      place.kind === 'api'
        ? remoteService(place.url, place.token)
        : await (
            await import('../../server/open.ts')
          ).openLocalService(place.settings, {
            existing: true,
            recovers: ownsStore(place),
            ...(ownsStore(place) && { onRepair: (sentence) => void (repaired = sentence) }),
          });
    if (ownsStore(place)) findings.push(derivedFinding(repaired));
    findings.push(...(await checkData(service, Date.now())));
    if (place.kind === 'api') findings.push(...checkFollowing(await remoteFollowing(place.url, place.token)));
    findings.push(...(await examineSubscriptions(service, place, loaded)));
  } catch (error) {
    const { code, message, todo } = toApiError(error);
    // Of a new set-up: the next step, not a fault.
    findings.push((code === 'store_absent' ? warning : bad)('Store', message, todo));
  } finally {
    await service?.close();
  }
  return findings;
}

/** @param repaired what opening the store had to mend; '' = nothing */
const derivedFinding = (repaired: string): Finding =>
  repaired === ''
    ? good('Derived figures', 'all follow from the stored lines')
    : warning('Derived figures', repaired, 'Make reports of before again: their figures may be wrong.');

/** Only who administrates the server may look at subscriptions; for others there is nothing to say. */
async function examineSubscriptions(
  service: Service,
  place: Place,
  { config }: LoadedConfig,
): Promise<readonly Finding[]> {
  try {
    const stored = await service.subscriptions({ caller: owner });
    const log = await service.deliveries({ limit: 1000 }, { caller: owner });
    const state = place.kind === 'api' ? await remoteDeliveringState(place.url, place.token) : undefined;
    // The configuration of a server elsewhere is not ours; the one that answers tells of its own.
    const configured = place.kind === 'api' ? [] : config.subscriptions;
    const isByCommand = (name: string): boolean => stored.some((one) => one.name === name && one.origin === 'command');
    const waiting = configured
      .filter(({ name }) => !stored.some((one) => one.name === name))
      .map((one): SubscriptionInfo => ({
        ...one,
        timezone: one.timezone ?? config.siteTimezone,
        origin: 'configuration',
        next: '',
        isMailed: config.mail !== undefined,
      }));
    const subscriptions = [...stored, ...waiting];
    return checkDelivering(subscriptions, log, state, Date.now(), {
      unknownAccounts: await unknownAmong(new Set(subscriptions.map(({ account }) => account)), service),
      refused: state?.refused ?? configured.map(({ name }) => name).filter(isByCommand),
    });
  } catch (error) {
    if (error instanceof ApiError && error.status === 403) return [];
    throw error;
  }
}

async function unknownAmong(accounts: ReadonlySet<string>, service: Service): Promise<ReadonlySet<string>> {
  const unknown = new Set<string>();
  for (const account of accounts)
    if (!(await isKnownAccount(service, account, { caller: owner }))) unknown.add(account);
  return unknown;
}
