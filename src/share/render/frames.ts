import type { SharedPanel } from '../dashboard.ts';
import type { Snapshot } from '../snapshot.ts';
import type { Rows } from './columns.ts';
import { configured, lengthOf, rowsOf } from './columns.ts';
import { transformed } from './transformations.ts';

/** A panel's frames as it shows them: transformed, configured, without the empty ones. */
export function framesOf(panel: SharedPanel, { answers }: Pick<Snapshot, 'answers'>): readonly Rows[] {
  const given = (answers.get(panel.id) ?? []).flatMap((answer, i) =>
    'frames' in answer ? answer.frames.map((frame) => rowsOf(frame, panel.targets[i]?.refId ?? '')) : [],
  );
  return transformed(
    given.filter((rows) => rows.columns.length > 0),
    panel,
  )
    .map((rows) => configured(rows, panel))
    .filter((rows) => lengthOf(rows) > 0);
}
