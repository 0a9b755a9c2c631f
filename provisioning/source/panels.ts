import type { DashboardUid } from '../../dashboards/source/links.ts';

/** What of a dashboard is looked at. */
export interface WithPanels {
  readonly panels?: readonly { readonly type: string; readonly title?: string; readonly id?: number }[];
}

/** The number of a panel. */
export type PanelIdOf = (uid: DashboardUid, title: string) => number;

/**
 * Looks panels up in the dashboards by their titles. Throws where there is none of that title, or several: a rule that points to
 * nothing is found when it is generated, not at night.
 */
export function panelsOf(dashboards: Readonly<Record<DashboardUid, () => WithPanels>>): PanelIdOf {
  const built = new Map<DashboardUid, ReadonlyMap<string, readonly number[]>>();
  return (uid, title) => {
    let titles = built.get(uid);
    if (titles === undefined) built.set(uid, (titles = idsByTitle(dashboards[uid]())));
    const [id, ...others] = titles.get(title) ?? [];
    if (id !== undefined && others.length === 0) return id;
    throw new Error(
      `An alert rule points to the panel "${title}" of ${uid}: expected one, found ${id === undefined ? 'none' : 'several'}. ` +
        'Name another in provisioning/source/rules.',
    );
  };
}

function idsByTitle({ panels = [] }: WithPanels): ReadonlyMap<string, readonly number[]> {
  const ids = new Map<string, number[]>();
  for (const panel of panels) {
    if (panel.type === 'row' || panel.title === undefined || panel.id === undefined) continue;
    ids.set(panel.title, [...(ids.get(panel.title) ?? []), panel.id]);
  }
  return ids;
}
