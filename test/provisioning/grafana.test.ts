import { z } from 'zod';
import { generatedFor } from './given.ts';

/**
 * The rules in a real Grafana that was provisioned with `provisioning/`: run where GRAFANA_URL names one, signed in as GRAFANA_USER
 * and GRAFANA_PASSWORD (admin and admin). That they fire and resolve is seen by hand (docs/alerts.md): it takes half an hour.
 */
const url = process.env['GRAFANA_URL'] ?? '';
const [user, password] = [process.env['GRAFANA_USER'] ?? 'admin', process.env['GRAFANA_PASSWORD'] ?? 'admin'];
const inGrafana = url === '' ? test.skip : test;

const evaluated = z.object({
  data: z.object({
    groups: z.array(
      z.object({
        rules: z.array(
          z.object({
            uid: z.string(),
            health: z.string(),
            lastError: z.string().optional(),
            lastEvaluation: z.string(),
            alerts: z.array(z.object({ annotations: z.record(z.string(), z.string()), state: z.string() })).optional(),
          }),
        ),
      }),
    ),
  }),
});

const headers = { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` };

inGrafana('every rule is there, is evaluated without error, and its messages have no hole', async () => {
  const response = await fetch(new URL('api/prometheus/grafana/api/v1/rules', url), { headers });
  expect(response.status).toBe(200);
  const { data } = evaluated.parse(await response.json());
  const found = new Map(data.groups.flatMap(({ rules }) => rules).map((rule) => [rule.uid, rule]));
  for (const { uid } of generatedFor().rules) {
    const rule = found.get(uid);
    expect([uid, rule?.health, rule?.lastError ?? '']).toEqual([uid, 'ok', '']);
    for (const { annotations, state } of rule?.alerts ?? [])
      // While there is no data, nobody is written to.
      if (!state.includes('NoData'))
        expect(Object.values(annotations).join('\n')).not.toMatch(/\[no value\]|\{\{|<no value>/);
  }
});

const rendered = z.object({ results: z.array(z.object({ name: z.string(), text: z.string() })) });

inGrafana.each([
  [1, 0],
  [1, 3],
  [5, 2],
  [40, 30],
  [0, 20],
])('a message of %d alerts, and %d that are over, has ten lines at most', async (firing, over) => {
  const alert = (status: 'firing' | 'resolved') => (_: unknown, i: number) => ({
    status,
    labels: { alertname: 'Use at 95 % of entitlements', account: 'acme', feature: `f${i}`, owner: 'operations' },
    annotations: {
      summary: `acme: f${i} at 95 % or more`,
      description: '29 of 29 licenses',
      dashboard_url: 'https://grafana.example/d/a',
      panel_url: 'https://grafana.example/d/b',
      runbook_url: 'https://docs.example/c',
    },
    startsAt: '2026-11-29T10:00:00Z',
    endsAt: status === 'resolved' ? '2026-11-29T12:00:00Z' : '2099-01-01T00:00:00Z',
  });
  const [template = ''] = generatedFor().templates.map((one) => one.template);
  const response = await fetch(new URL('api/alertmanager/grafana/config/api/v1/templates/test', url), {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify({
      name: 'whole',
      template: `${template}{{ define "whole" }}{{ template "license-analytics.message" . }}{{ end }}`,
      alerts: [...Array.from({ length: firing }, alert('firing')), ...Array.from({ length: over }, alert('resolved'))],
    }),
  });
  const { results } = rendered.parse(await response.json());
  const lines =
    results
      .find(({ name }) => name === 'whole')
      ?.text.trim()
      .split('\n') ?? [];
  expect(lines.length).toBeGreaterThan(0);
  expect(lines.length).toBeLessThanOrEqual(10);
  // No line is empty: what is one thing stands together.
  expect(lines).not.toContain('');
});
