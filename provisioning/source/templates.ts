import type { Settings } from './settings.ts';

/** What contact points name. The text is for people on a phone: what, then how much, since when, whose turn, where to look. */
export const title = '{{ template "license-analytics.title" . }}';
export const message = '{{ template "license-analytics.message" . }}';

/** Of several alerts so many are told of by a line each; with what is said of all of them a message has ten lines at most. */
const listed = 5;

/** Text of every message, on the clocks of a time zone. Grafana's own template functions only: `tz`, `date`, `toUpper`. */
export function templates({ timezone }: Settings): readonly object[] {
  const time = (field: string): string => `{{ tz "${timezone}" ${field} | date "Mon 2 Jan 15:04 MST" }}`;
  const template = `{{ define "license-analytics.title" -}}
{{ if .Alerts.Firing -}}
[{{ with .CommonLabels.severity }}{{ toUpper . }}{{ else }}ALERT{{ end }}] {{ with index .Alerts.Firing 0 }}{{ or .Annotations.summary .Labels.alertname }}{{ end }}{{ template "license-analytics.more" .Alerts.Firing }}
{{- else -}}
[OVER] {{ with index .Alerts.Resolved 0 }}{{ template "license-analytics.what" . }}{{ end }}{{ template "license-analytics.more" .Alerts.Resolved }}
{{- end }}
{{- end }}

{{ define "license-analytics.more" }}{{ if gt (len .) 1 }} (and {{ len (slice . 1) }} more){{ end }}{{ end }}

{{ define "license-analytics.what" -}}
{{ .Labels.alertname }}{{ with .Labels.account }}, {{ . }}{{ end }}{{ with .Labels.feature }}, {{ . }}{{ end }}{{ with .Labels.server }}, {{ . }}{{ end }}
{{- end }}

{{ define "license-analytics.message" -}}
{{ if eq (len .Alerts.Firing) 1 }}{{ range .Alerts.Firing }}{{ with .Annotations.description }}{{ . }}
{{ end }}Alert since: ${time('.StartsAt')}
{{ template "license-analytics.links" . }}{{ with .Annotations.panel_url }}Panel: {{ . }}
{{ end }}{{ with .SilenceURL }}Silence: {{ . }}
{{ end }}{{ end }}{{ else if .Alerts.Firing }}{{ range $i, $alert := .Alerts.Firing }}{{ if lt $i ${listed} }}{{ or $alert.Annotations.summary $alert.Labels.alertname }}
{{ end }}{{ end }}{{ if gt (len .Alerts.Firing) ${listed} }}… and {{ len (slice .Alerts.Firing ${listed}) }} more
{{ end }}{{ template "license-analytics.links" (index .Alerts.Firing 0) }}{{ end }}
{{- if .Alerts.Resolved }}Over: {{ template "license-analytics.what" (index .Alerts.Resolved 0) }}{{ template "license-analytics.more" .Alerts.Resolved }}, since ${time('(index .Alerts.Resolved 0).EndsAt')}
{{ end }}{{ end }}

{{ define "license-analytics.links" -}}
{{ with .Labels.owner }}For: {{ . }}
{{ end }}{{ with .Annotations.dashboard_url }}Look: {{ . }}
{{ end }}{{ with .Annotations.runbook_url }}What to do: {{ . }}
{{ end }}{{ end }}
`;
  return [{ orgId: 1, name: 'License Analytics', template }];
}
