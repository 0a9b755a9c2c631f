import { isTimeZone } from '../../src/query/zones.ts';

/**
 * The variables that decide what is generated. Those that hold a secret or an address are only looked at for whether they are
 * set: the files name them as `$NAME`, and Grafana, started with the same variables, fills them in.
 */
export const channelVariables = {
  webhook: 'LICENSE_ANALYTICS_ALERT_WEBHOOK_URL',
  email: 'LICENSE_ANALYTICS_ALERT_EMAIL',
  salesEmail: 'LICENSE_ANALYTICS_SALES_EMAIL',
  renewalsEmail: 'LICENSE_ANALYTICS_RENEWALS_EMAIL',
  customerSuccessEmail: 'LICENSE_ANALYTICS_CUSTOMER_SUCCESS_EMAIL',
  slack: 'LICENSE_ANALYTICS_SLACK_WEBHOOK_URL',
  teams: 'LICENSE_ANALYTICS_TEAMS_WEBHOOK_URL',
  pagerduty: 'LICENSE_ANALYTICS_PAGERDUTY_KEY',
} as const;
export type Channel = keyof typeof channelVariables;

/** Written into the files as they are. */
export const textVariables = {
  timezone: 'LICENSE_ANALYTICS_ALERT_TIMEZONE',
  runbook: 'LICENSE_ANALYTICS_RUNBOOK_URL',
} as const;

export interface Settings {
  /** Where messages go beside the webhook, which always is there. */
  readonly channels: ReadonlySet<Channel>;
  /** IANA name: on these clocks weekends begin and end, and messages tell times. */
  readonly timezone: string;
  /** The page with one section per rule; `#SECTION` is added. */
  readonly runbook: string;
}

/** What the project's own files are generated with: nothing set. */
export const defaultSettings: Settings = {
  channels: new Set(),
  timezone: 'UTC',
  runbook: 'https://github.com/licenseanalytics/license-analytics/blob/main/docs/alerts.md',
};

/** A variable that is set to something that cannot be used. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
}

/**
 * Reads the variables; empty ones count as not set.
 * @throws SettingsError for a time zone or an address that Grafana would refuse, or stumble over when a message is sent
 */
export function settingsOf(env: Readonly<Record<string, string | undefined>>): Settings {
  const valueOf = (name: string): string | undefined => {
    const value = env[name]?.trim();
    return value === '' ? undefined : value;
  };
  const channels = (Object.keys(channelVariables) as Channel[]).filter(
    (channel) => valueOf(channelVariables[channel]) !== undefined,
  );
  for (const channel of ['webhook', 'slack', 'teams'] as const) {
    const address = valueOf(channelVariables[channel]);
    if (address !== undefined && !/^https?:\/\/./.test(address))
      throw new SettingsError(
        `${channelVariables[channel]}: expected an address that begins with http:// or https://. Correct it, or leave it empty.`,
      );
  }
  const timezone = valueOf(textVariables.timezone) ?? defaultSettings.timezone;
  if (!isTimeZone(timezone))
    throw new SettingsError(
      `${textVariables.timezone}: expected an IANA time zone such as UTC or Europe/Berlin, found "${timezone}".`,
    );
  const runbook = valueOf(textVariables.runbook) ?? defaultSettings.runbook;
  if (!URL.canParse(runbook))
    throw new SettingsError(
      `${textVariables.runbook}: expected the address of a page, such as ${defaultSettings.runbook}, found "${runbook}".`,
    );
  return { channels: new Set(channels), timezone, runbook };
}
