import type { Settings } from './settings.ts';

/** What contact points name. The text is for people on a phone: what, then how much, since when, whose turn, where to look. */
export const title = '{{ template "license-analytics.title" . }}';
export const message = '{{ template "license-analytics.message" . }}';

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
{{ $several := gt (len .Alerts) 1 -}}
{{ range .Alerts.Firing }}{{ if $several }}{{ or .Annotations.summary .Labels.alertname }}
{{ end }}{{ with .Annotations.description }}{{ . }}
{{ end }}Alert since: ${time('.StartsAt')}
{{ with .Labels.owner }}For: {{ . }}
{{ end }}{{ with .Annotations.dashboard_url }}Look: {{ . }}
{{ end }}{{ with .Annotations.panel_url }}Panel: {{ . }}
{{ end }}{{ with .Annotations.runbook_url }}What to do: {{ . }}
{{ end }}{{ with .SilenceURL }}Silence: {{ . }}
{{ end }}
{{ end -}}
{{ range .Alerts.Resolved }}Over: {{ template "license-analytics.what" . }}
Since: ${time('.EndsAt')}
{{ with .Annotations.dashboard_url }}Look: {{ . }}
{{ end }}
{{ end -}}
{{ end }}
`;
  return [{ orgId: 1, name: 'License Analytics', template }];
}
