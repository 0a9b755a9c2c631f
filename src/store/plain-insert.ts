/** Keys are unique within each statement: nothing to replace while it inserts (a third of its time). */
export const plainInsert = 'SETTINGS optimize_on_insert = 0';
