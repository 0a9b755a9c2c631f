import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { strFromU8, unzipSync } from 'fflate';
import { customerDashboard } from '../../dashboards/source/pages/customer.ts';
import type { Frame } from '../../src/engine/frame.ts';
import { readDashboard } from '../../src/share/dashboard.ts';
import { formatNumber } from '../../src/share/units.ts';
import { filledIn } from '../../src/share/variables.ts';
import type { TestServer } from '../support/server.ts';
import { runShare } from '../support/run-cli.ts';
import { mine, openTwoCustomers, range, tokens } from './two-customers.ts';

let server: TestServer;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'la-figures-'));
  server = await openTwoCustomers();
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

async function shared(outlet: string, ...more: readonly string[]): Promise<Buffer> {
  return (await sharedWithNotes(outlet, ...more)).file;
}

async function sharedWithNotes(
  outlet: string,
  ...more: readonly string[]
): Promise<{ readonly file: Buffer; readonly err: string }> {
  const file = join(folder, outlet);
  const common = ['--api', server.url, '--account', mine, '--from', range.from, '--to', range.to, '--timezone', 'UTC'];
  const { code, err } = await runShare([outlet, ...common, '--show-users', '--out', file, ...more], {
    LICENSE_ANALYTICS_TOKEN: tokens.owner,
  });
  expect({ code, err: code === 0 ? '' : err }).toEqual({ code: 0, err: '' });
  return { file: readFileSync(file), err };
}

/** A panel's questions, asked of the server one by one, as its own dashboard asks them. */
async function asked(title: string): Promise<readonly Frame[]> {
  const panel = readDashboard(customerDashboard(mine, 'none', 'any')).panels.find((one) => one.title === title)!;
  const answers = await Promise.all(
    panel.targets.map((target) => server.frames({ timezone: 'UTC', ...filledIn(target, {}) }, range)),
  );
  return answers.flat();
}
const column = (frame: Frame, name: string): readonly unknown[] =>
  frame.data.values[frame.schema.fields.findIndex((field) => field.name === name)] ?? [];

/** What the server says of the feature `cad`: usage in %, and the highest number in use. */
async function ofCad(): Promise<{ readonly percentage: number; readonly peak: number }> {
  const [used] = await asked('Used against bought');
  const at = (name: string): number => Number(column(used!, name)[column(used!, 'feature').indexOf('cad')]);
  return { percentage: at('usagePercentage'), peak: at('used') };
}

test('the example is what it is meant to be: 3 of 4 licenses in use at once', async () => {
  expect(await ofCad()).toEqual({ percentage: 75, peak: 3 });
});

test('CSV has the figures of the server, not rounded', async () => {
  const rows: readonly Record<string, string>[] = parse(await shared('csv'), { columns: true });
  const cad = rows.find((row) => row['Feature'] === 'cad');
  const { percentage, peak } = await ofCad();
  expect(cad).toMatchObject({
    'Usage percentage (%)': String(percentage),
    'In use then': String(peak),
    'Bought then': '4',
    'Unique served clients': '2',
  });
});

test('CSV of a chart over time has a row for each time, a column for each series', async () => {
  const rows: readonly Record<string, string>[] = parse(await shared('csv', '--table', 'licenses in use over time'), {
    columns: true,
  });
  expect(rows[0]?.['time'] ?? rows[0]?.['Time']).toBe('2026-03-02T00:00:00Z');
  expect(Math.max(...rows.map((row) => Number(row['cad'])))).toBe(3);
});

test('who was denied what and why is listed where users are shown, and only there', async () => {
  interface Report {
    readonly panels: readonly { readonly title: string; readonly frames: readonly Frame[] }[];
  }
  const report = JSON.parse((await shared('json')).toString()) as Report;
  const denied = report.panels.find(({ title }) => title === 'Who was denied what')?.frames[0];
  const said = ['user', 'host', 'feature', 'reason', 'code', 'count'].map((name) => column(denied!, name));
  expect(said).toEqual([['cam'], ['ws3'], ['cad'], ['No reason given'], [''], [1]]);
  expect(column(denied!, 'advice')).toEqual([expect.stringMatching(/^Read the text of the denial/)]);
  const file = join(folder, 'numbered.json');
  const { code } = await runShare(
    ['json', '--api', server.url, '--account', mine, '--from', range.from, '--to', range.to, '--out', file],
    { LICENSE_ANALYTICS_TOKEN: tokens.owner },
  );
  expect(code).toBe(0);
  const numbered = JSON.parse(readFileSync(file, 'utf8')) as Report;
  expect(numbered.panels.map(({ title }) => title)).toEqual(
    report.panels.map(({ title }) => title).filter((title) => title !== 'Who was denied what'),
  );
});

test('JSON has the frames of the server', async () => {
  const report = JSON.parse((await shared('json')).toString()) as {
    readonly panels: readonly { readonly title: string; readonly frames: readonly Frame[] }[];
  };
  for (const title of [
    'Used against bought',
    'Denials and what to do',
    'Entitlements that end soon',
    'Unique clients',
  ]) {
    const values = (frames: readonly Frame[]): unknown => frames.map(({ data }) => data.values);
    expect(values(report.panels.find((panel) => panel.title === title)!.frames)).toEqual(values(await asked(title)));
  }
});

test('XLSX has typed cells: numbers with their units as formats, times as dates', async () => {
  const parts = unzipSync(await shared('xlsx', '--events', '20'));
  const read = (name: string): string => strFromU8(parts[Object.keys(parts).find((path) => path.endsWith(name))!]!);
  const names = [...read('workbook.xml').matchAll(/<sheet [^>]*name="([^"]*)"/g)].map(([, name]) => name);
  expect(names).toEqual(expect.arrayContaining(['About', 'Used against bought', 'Usage over time', 'All events']));
  const sheet = (title: string): string => read(`sheet${names.indexOf(title) + 1}.xml`);
  const { percentage, peak } = await ofCad();
  const cells = [...sheet('Used against bought').matchAll(/<c r="([A-Z]+)\d+"[^>]*?(t="s")?[^>]*><v>([^<]*)<\/v>/g)];
  const numbers = cells.filter(([cell]) => !cell.includes('t="s"')).map(([, , , value]) => Number(value));
  expect(numbers).toEqual(expect.arrayContaining([percentage, peak, 4]));
  expect(read('styles.xml')).toContain('#,##0.0&quot;%&quot;');
  // 2026-03-02 is day 46083 of Excel's calendar.
  expect(sheet('All events')).toMatch(/<c r="A2"[^>]*><v>46083\.\d+<\/v>/);
  expect(sheet('Used against bought')).toMatch(/<pane [^>]*ySplit="1"/);
});

test('HTML has the figures of the server, written as Grafana writes them', async () => {
  const html = (await shared('html')).toString();
  const { percentage } = await ofCad();
  const [clients] = await asked('Unique clients');
  const [advice] = await asked('Denials and what to do');
  expect(html).toContain(`>${formatNumber(percentage, 'percent')}<`);
  expect(html).toContain(String(column(clients!, 'value')[0]));
  expect(html).toContain(String(column(advice!, 'advice')[0]).slice(0, 30));
});

test('notes say which panel they are about; those of a CSV are of its own table', async () => {
  const { err } = await sharedWithNotes('html');
  expect(err).toContain('note: "License-hours": These figures add up several features');
  expect((await sharedWithNotes('csv', '--table', 'Denials and what to do')).err).toBe('');
});
