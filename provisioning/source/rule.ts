import * as alerting from '@grafana/grafana-foundation-sdk/alerting';
import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { DashboardUid } from '../../dashboards/source/links.ts';
import type { Owner, Severity } from './grafana.ts';
import type { PanelIdOf } from './panels.ts';
import type { Settings } from './settings.ts';

/** One alert rule, as its file in rules/ writes it. */
export interface Rule {
  readonly uid: string;
  readonly title: string;
  readonly severity: Severity;
  readonly owner: Owner;
  readonly queries: readonly Builder<alerting.Query>[];
  /** The query that is 1 where the rule fires. */
  readonly condition: string;
  /** How long it must hold before anybody is told. */
  readonly for: string;
  /** How long it goes on after it no longer holds, so that a figure at the limit does not send message after message. */
  readonly keepFiringFor?: string;
  /** What becomes of the rule when there are no rows. */
  readonly noData: 'OK' | 'Alerting';
  /** What becomes of it when the question cannot be answered. */
  readonly onError: 'KeepLast' | 'Alerting';
  /** Who and what, in one line: the title of a message. */
  readonly summary: string;
  /** How much, trend, what it means. */
  readonly description: string;
  readonly look: Look;
  /** The section of the runbook (docs/alerts.md). */
  readonly runbook: string;
}

/** Where to look. */
export interface Look {
  readonly dashboard: DashboardUid;
  /** The panel's title; the rule shows the panel, and the panel the rule's state. */
  readonly panel?: string;
  /** Labels that choose values of the dashboard's variables of the same name. */
  readonly set: readonly ('account' | 'feature' | 'server')[];
  readonly from: string;
}

/** A rule as Grafana's file provisioning reads it (pkg/services/provisioning/alerting/rules_types.go). */
export function ruleFile(rule: Rule, interval: string, { runbook }: Settings, panelIdOf: PanelIdOf): object {
  const panelId = rule.look.panel === undefined ? undefined : panelIdOf(rule.look.dashboard, rule.look.panel);
  const built = new alerting.RuleBuilder(rule.title)
    .uid(rule.uid)
    .condition(rule.condition)
    .queries([...rule.queries])
    .noDataState(rule.noData)
    .execErrState(rule.onError)
    .forDuration(rule.for)
    .annotations({
      summary: rule.summary,
      description: rule.description,
      dashboard_url: address(rule.look),
      ...(panelId !== undefined && { panel_url: address(rule.look, panelId) }),
      runbook_url: `${runbook}#${rule.runbook}`,
    })
    .labels({ severity: rule.severity, owner: rule.owner })
    .build();
  // The SDK writes what Grafana's HTTP API takes; a file says folder and group above the rule, and names one field otherwise.
  const { uid, title, condition, data, noDataState, execErrState, for: holds, annotations, labels } = built;
  return {
    uid,
    title,
    condition,
    data,
    noDataState,
    execErrState,
    for: holds,
    // A row that is gone altogether is told as over after two evaluations, whatever `keepFiringFor` says, unless this does.
    ...(rule.keepFiringFor !== undefined && {
      keepFiringFor: rule.keepFiringFor,
      missing_series_evals_to_resolve: minutesOf(rule.keepFiringFor) / minutesOf(interval),
    }),
    ...(panelId !== undefined && { dashboardUid: rule.look.dashboard, panelId }),
    annotations,
    labels,
  };
}

/** Of Grafana's durations in minutes or hours. */
function minutesOf(duration: string): number {
  const [, amount = '', unit = ''] = /^(\d+)([mh])$/.exec(duration) ?? [];
  if (unit === '') throw new Error(`Expected minutes or hours such as 5m or 2h, found "${duration}".`);
  return Number(amount) * (unit === 'h' ? 60 : 1);
}

/** A link that keeps what the alert is about. Grafana's own links to dashboard and panel know nothing of variables. */
function address({ dashboard, set, from }: Look, panelId?: number): string {
  const variables = set.map((label) => `{{ with $labels.${label} }}&var-${label}={{ urlquery . }}{{ end }}`);
  const panel = panelId === undefined ? '' : `&viewPanel=panel-${panelId}`;
  return `{{ externalURL }}d/${dashboard}?from=${from}&to=now${panel}${variables.join('')}`;
}
