import type { Catalogue } from '../denials/catalogue.ts';
import type { Grouping } from '../query/dimensions.ts';

/** What people read for the value of a dimension, where that is not the value itself: ids of denial reasons and families have titles. */
export type Titles = (grouping: Grouping) => ((value: string) => string) | undefined;

export function titlesOf(catalogue: Catalogue): Titles {
  return (grouping) => {
    if (grouping === 'denialReason') return (id) => catalogue.reason(id).title;
    if (grouping === 'denialFamily')
      return (id) => catalogue.families().find((family) => family.id === id)?.title ?? id;
    return undefined;
  };
}
