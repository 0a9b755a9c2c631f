import { csvOf } from '../csv.ts';
import { hasTitle } from '../dashboard.ts';
import { ShareError } from '../errors.ts';
import type { Snapshot } from '../snapshot.ts';
import type { ShareTable } from '../table.ts';
import { tableOfPanel } from '../table.ts';
import type { FileOutlet } from './outlet.ts';

/** The table that a customer asks for first: what was used of what was bought. */
export const usageTable = 'Used against bought';

/** One table of the report, as CSV. */
export const csv: FileOutlet = {
  name: 'csv',
  help: 'one plain file: the usage table',
  extension: 'csv',
  mediaType: 'text/csv; charset=utf-8',
  open: async (snapshot, { table = usageTable } = {}) => csvOf(tableNamed(snapshot, table), snapshot.timezone),
};

/** The table of the panel with that title, in any case. Throws `ShareError` with the titles that there are. */
export function tableNamed(snapshot: Snapshot, title: string): ShareTable {
  const { dashboard } = snapshot;
  const panel = dashboard.panels.find((one) => hasTitle(one, title));
  if (panel !== undefined) return tableOfPanel(panel, snapshot);
  throw new ShareError(
    'unknown_table',
    `The report has no table "${title}".`,
    `Choose one of: ${dashboard.panels.map((one) => one.title).join(', ')}.`,
  );
}
