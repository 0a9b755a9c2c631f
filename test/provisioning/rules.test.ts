import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { operatorDashboards } from '../../dashboards/source/registry.ts';
import { expirySteps } from '../../dashboards/source/colors.ts';
import { thresholds } from '../../dashboards/source/thresholds.ts';
import { datasource, owners, severities } from '../../provisioning/source/grafana.ts';
import { panelsOf } from '../../provisioning/source/panels.ts';
import { families } from '../../src/denials/families.ts';
import { parseQuestion } from '../../src/query/question.ts';
import { generatedFor, isExpression, type AlertRule } from './given.ts';

/** What every alert rule must have to be of use at night, and what Grafana would refuse or silently ignore. */
const { groups, rules } = generatedFor();
const named = rules.map((rule) => [rule.uid, rule] as const);
const questionsOf = (rule: AlertRule) => rule.data.filter((query) => !isExpression(query));

test('uids, titles and names of groups are there once', () => {
  const all = [rules.map(({ uid }) => uid), rules.map(({ title }) => title), groups.map(({ name }) => name)];
  for (const one of all) expect(new Set(one).size).toBe(one.length);
});

test.each(named)('%s asks questions of the language, of the provisioned data source', (_, rule) => {
  const provisioned = parse(readFileSync('provisioning/datasources/license-analytics.yaml', 'utf8')) as {
    readonly datasources: readonly { readonly uid: string; readonly type: string }[];
  };
  expect(provisioned.datasources).toContainEqual(expect.objectContaining(datasource));
  expect(questionsOf(rule)).not.toEqual([]);
  for (const { datasourceUid, model, refId, relativeTimeRange } of questionsOf(rule)) {
    expect(datasourceUid).toBe(datasource.uid);
    expect(model).toMatchObject({ refId, datasource, intervalMs: expect.any(Number) as number });
    expect(model['maxDataPoints']).toBeLessThanOrEqual(1000);
    expect(relativeTimeRange.from).toBeGreaterThan(relativeTimeRange.to);
    expect(() => parseQuestion(model)).not.toThrow();
  }
});

test.each(named)('%s refers to queries that exist, and uses each of them', (_, rule) => {
  const refIds = rule.data.map(({ refId }) => refId);
  expect(new Set(refIds).size).toBe(refIds.length);
  expect(refIds).toContain(rule.condition);
  const used = new Set([rule.condition]);
  for (const { model } of rule.data.filter(isExpression)) {
    const text = String(model['expression']);
    const names = model['type'] === 'math' ? [...text.matchAll(/\$(\w+)/g)].map(([, name]) => name ?? '') : [text];
    expect(names).not.toEqual([]);
    for (const name of names) {
      expect(refIds).toContain(name);
      used.add(name);
    }
  }
  for (const [, name] of Object.values(rule.annotations)
    .join(' ')
    .matchAll(/\$values\.(\w+)/g)) {
    expect(refIds).toContain(name);
    used.add(name ?? '');
  }
  expect(refIds.filter((refId) => !used.has(refId))).toEqual([]);
});

test.each(named)('%s says who acts, how bad it is, what, how much and where to look', (_, rule) => {
  expect(severities).toContain(rule.labels['severity']);
  expect(owners).toContain(rule.labels['owner']);
  const { summary = '', description = '', dashboard_url = '', runbook_url = '' } = rule.annotations;
  for (const text of [summary, description]) expect(text.length).toBeGreaterThan(20);
  // One line, and whose it is, as far as the rule tells things apart.
  expect(summary).not.toContain('\n');
  const grouped = new Set(questionsOf(rule).flatMap(({ model }) => (model['groupBy'] ?? []) as string[]));
  for (const label of ['account', 'feature', 'server']) {
    expect(summary.includes(`$labels.${label}`)).toBe(grouped.has(label));
    expect(dashboard_url.includes(`var-${label}=`)).toBe(grouped.has(label));
  }
  for (const [, label = ''] of Object.values(rule.annotations)
    .join(' ')
    .matchAll(/\$labels\.(\w+)/g))
    expect(grouped).toContain(label);
  expect(dashboard_url).toMatch(/^\{\{ externalURL \}\}d\/la-[a-z]+\?from=now-\d+[hd]&to=now/);
  // `[no value]` in a message helps nobody: figures and labels are written where there are any.
  for (const text of Object.values(rule.annotations)) {
    expect(text).not.toMatch(/\{\{ *\$(values|labels)/);
    expect([...text.matchAll(/\{\{-? *(with|if|range)\b/g)]).toHaveLength([...text.matchAll(/\{\{-? *end\b/g)].length);
  }
  const section = runbook_url.split('#')[1] ?? '';
  const runbook = readFileSync('docs/alerts.md', 'utf8');
  expect(runbook).toContain(`<a id="${section}"></a>`);
  expect(runbook).toContain(`\`${rule.uid}\``);
});

test('one rule speaks when questions fail, and nothing to tell of is no alert', () => {
  expect(rules.filter(({ execErrState }) => execErrState !== 'KeepLast').map(({ uid }) => uid)).toEqual([
    'la-no-answer',
  ]);
  expect(rules.filter(({ noDataState }) => noDataState !== 'OK').map(({ uid }) => uid)).toEqual([]);
});

test('a message on metered use says on which day its period ends, where it does; no other message has a date', () => {
  const day =
    '{{ with $values.ends }}{{ if gt .Value 0.0 }}, period ends {{ slice (humanizeTimestamp .Value) 0 10 }}{{ else }}{{ end }}{{ end }}';
  for (const { uid, annotations } of rules) {
    const text = Object.values(annotations).join('\n');
    expect([uid, text.includes(day)]).toEqual([uid, uid.startsWith('la-metered')]);
    expect(text.replaceAll(day, '')).not.toMatch(/humanizeTimestamp|23:59|1970|2[12]99/);
  }
});

test('what goes on for a while also does when its rows are gone', () => {
  for (const { interval, rules: own } of groups)
    for (const { keepFiringFor, missing_series_evals_to_resolve: missing } of own)
      expect(missing).toBe(
        keepFiringFor === undefined
          ? undefined
          : (60 * Number(keepFiringFor.slice(0, -1))) / Number(interval.slice(0, -1)),
      );
});

test('limits are those of thresholds.ts', () => {
  const { usage, expiry, silence, shortage, deniedClients, deniedAfterExpiry, unusableLines } = thresholds;
  const fires = Object.fromEntries(
    rules.map(({ uid, data }) => [uid, String(data.find(({ refId }) => refId === 'fires')?.model['expression'])]),
  );
  expect(fires).toEqual({
    'la-utilization-warning': `$time >= ${shortage.minutes}`,
    'la-utilization-critical': `$time >= ${shortage.minutes} && $overBought == $beyondBoth && $clients >= ${shortage.clients}`,
    'la-overdraft': `$time >= ${shortage.minutes} && $beyondBoth == 0`,
    'la-beyond-overdraft': `$time >= ${shortage.minutes}`,
    'la-metered-warning': `$now >= ${usage.warning} && $now < ${usage.critical}`,
    'la-metered-critical': `$now >= ${usage.critical}`,
    'la-metered-overdraft': '$now > 0 && $beyondBoth == 0',
    'la-metered-beyond-overdraft': '$now > 0',
    'la-denials-shortage': `$clients >= ${deniedClients}`,
    'la-denials-demand': `$clients >= ${deniedClients}`,
    'la-denials-adoption': `$clients >= ${deniedClients}`,
    'la-denials-faults': `$clients >= ${deniedClients}`,
    'la-denials-expired': `$clients >= ${deniedAfterExpiry}`,
    'la-expiry-warning': `$days > ${expiry.critical} && $days <= ${expiry.warning}`,
    'la-expiry-critical': `$days >= ${-expiry.told} && $days <= ${expiry.critical}`,
    'la-silence-warning': `$overdue > 0 && ($overdue < ${silence.critical} || $age >= ${silence.told})`,
    'la-silence-critical': `$overdue >= ${silence.critical} && $age < ${silence.told}`,
    'la-ingest-errors': `$lines >= ${unusableLines}`,
    'la-no-answer': '$age < 0',
  });
});

test('the last day of a limit has the colour of its alert', () => {
  const { critical, warning } = thresholds.expiry;
  const colourOf = (days: number) =>
    expirySteps()
      .build()
      .steps.findLast(({ value }) => value === null || value <= days)?.color;
  expect([critical, critical + 1, warning, warning + 1].map(colourOf)).toEqual([
    'red',
    'yellow',
    'yellow',
    'super-light-yellow',
  ]);
});

test('every family of denials is told of by one rule, a shortage at once too, and that of Sales, Renewals and Customer Success to them', () => {
  const ruleOf = new Map<string, string[]>();
  for (const rule of rules.filter(({ uid }) => uid.startsWith('la-denials-'))) {
    const filters = rule.data[0]?.model['filters'] as readonly { readonly values: readonly string[] }[];
    for (const family of filters.flatMap(({ values }) => values))
      ruleOf.set(family, [...(ruleOf.get(family) ?? []), rule.labels['owner'] ?? '']);
  }
  const expected = families.map(({ id, owner }) => [
    id,
    [
      ...(['insufficient-count', 'queued'].includes(id) ? ['operations'] : []),
      owner === 'administrator' || owner === 'support' ? 'operations' : owner,
    ],
  ]);
  expect(Object.fromEntries(ruleOf)).toEqual(Object.fromEntries(expected));
});

test('each rule is shown on a panel that there is, and its link leads to it', () => {
  for (const { uid, dashboardUid = '', panelId = 0, annotations } of rules.filter(
    ({ uid }) => uid !== 'la-no-answer',
  )) {
    const board = JSON.parse(readFileSync(`dashboards/${dashboardUid.slice('la-'.length)}.json`, 'utf8')) as {
      readonly uid: string;
      readonly panels: readonly { readonly id: number; readonly type: string }[];
      readonly templating: { readonly list: readonly { readonly name: string }[] };
    };
    expect([uid, board.uid]).toEqual([uid, dashboardUid]);
    expect(board.panels.filter(({ id, type }) => id === panelId && type !== 'row')).toHaveLength(1);
    expect(annotations['dashboard_url']).toContain(`/${dashboardUid}?`);
    expect(annotations['panel_url']).toContain(`/${dashboardUid}?`);
    expect(annotations['panel_url']).toContain(`&viewPanel=panel-${panelId}{{`);
    const variables = board.templating.list.map(({ name }) => name);
    for (const [, name] of annotations['dashboard_url']?.matchAll(/&var-(\w+)=/g) ?? [])
      expect(variables).toContain(name);
  }
});

test('a rule that points to a panel that is gone cannot be generated', () => {
  const panels = panelsOf(operatorDashboards);
  expect(() => panels('la-servers', 'Gone')).toThrow(/"Gone" of la-servers: expected one, found none/);
});
