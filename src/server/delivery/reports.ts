import { stringify } from 'csv-stringify/sync';
import type { FieldValue } from '../../engine/frame.ts';
import type { QuestionInput } from '../../query/question.ts';
import type {
  AskAccount,
  Attachment,
  MakeAttachment,
  MakePage,
  ReportRequest,
} from '../../share/subscriptions/report.ts';
import { ApiError } from '../errors.ts';

/** How reports become files and pages. */
export interface Reports {
  readonly attachment: MakeAttachment;
  readonly page: MakePage;
}

const measures = {
  peak: 'peakConcurrent',
  average: 'averageConcurrent',
  entitled: 'entitled',
  usagePercentage: 'usagePercentage',
  clients: 'uniqueClients',
  clientsPerLicense: 'clientsPerLicense',
  licenseHours: 'licenseHours',
  consumed: 'consumed',
} as const;

/** The usage of each feature: one row per feature, one column per measure. */
async function usageRows(
  ask: AskAccount,
  { account, range }: ReportRequest,
): Promise<readonly Record<string, FieldValue>[]> {
  const questions: Record<string, QuestionInput> = {};
  for (const [name, measure] of Object.entries(measures))
    questions[name] = { measure, groupBy: ['feature'], limit: 100_000 };
  const answers = await ask(account, questions, range);
  const rows = new Map<string, Record<string, FieldValue>>();
  for (const [name, frames] of Object.entries(answers)) {
    for (const { schema, data } of frames) {
      const [features, values] = ['feature', 'value'].map((field) =>
        data.values.at(schema.fields.findIndex((one) => one.name === field)),
      );
      for (const [i, feature] of (features ?? []).entries()) {
        const key = String(feature);
        const row = rows.get(key) ?? { feature: key };
        row[name] = values?.[i] ?? null;
        rows.set(key, row);
      }
    }
  }
  return [...rows.values()].sort((a, b) => (String(a['feature']) < String(b['feature']) ? -1 : 1));
}

const columns = ['feature', ...Object.keys(measures)];

export function createReports(ask: AskAccount): Reports {
  async function csv(request: ReportRequest): Promise<Attachment> {
    // Texts that a spreadsheet would take for a formula are escaped: names in logs are anybody's.
    const text = stringify([...(await usageRows(ask, request))], { header: true, columns, escape_formulas: true });
    return { filename: `${fileNameOf(request)}.csv`, contentType: 'text/csv; charset=utf-8', bytes: Buffer.from(text) };
  }

  async function page(request: ReportRequest): Promise<string> {
    const rows = await usageRows(ask, request);
    const head = columns.map((column) => `<th scope="col">${escaped(column)}</th>`).join('');
    const body = rows
      .map((row) => `<tr>${columns.map((column) => `<td>${escaped(String(row[column] ?? '–'))}</td>`).join('')}</tr>`)
      .join('\n');
    const [from, to] = [request.range.from, request.range.to].map((time) => new Date(time).toISOString());
    return `<!doctype html><html lang="en"><meta charset="utf-8"><title>${escaped(request.account)}</title>
<h1>${escaped(request.account)}</h1><p>${from ?? ''} to ${to ?? ''}</p>
<table><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table></html>`;
  }

  return {
    page,
    async attachment(outlet, request) {
      if (outlet === 'csv') return csv(request);
      if (outlet === 'html') {
        const bytes = Buffer.from(await page(request));
        return { filename: `${fileNameOf(request)}.html`, contentType: 'text/html; charset=utf-8', bytes };
      }
      throw new ApiError(501, 'outlet_missing', `This server makes no ${outlet}.`, 'Use html or csv.');
    },
  };
}

const fileNameOf = ({ account, range }: ReportRequest): string =>
  `${account} ${new Date(range.from).toISOString().slice(0, 10)}`;

const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
