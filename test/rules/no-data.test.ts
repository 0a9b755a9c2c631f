import { head, useStore } from './given.ts';

/** docs/definitions.md#unknown-is-null: a range that lies after the last line, or before the first. */
const given = useStore();
const log = `${head('3/2/2026')} 9:00:00 (acmed) OUT: "cad" ana@ws1\n10:00:00 (acmed) IN: "cad" ana@ws1\n10:30:00 (acmed) DENIED: "cad" bob@ws2  (Licensed number of users already reached. (-4,342:10054))\n`;
const plain = { log, entitlements: 'account,feature,quantity\nacme,cad,1\n' };
const later = ['2026-05-01T00:00:00Z', '2026-06-01T00:00:00Z'] as const;
const earlier = ['2026-01-01T00:00:00Z', '2026-02-01T00:00:00Z'] as const;

test('it is said until when there are data, on the clocks of the question', async () => {
  const { notices } = await given(plain);
  const asked = { measure: 'usagePercentage', groupBy: ['account'], having: { operator: '>=', value: 80 } };
  expect(await notices(asked, ...later)).toEqual([
    'No data in this time range: the last line before it is of 2026-03-02 10:30 (UTC).',
  ]);
  expect(await notices({ ...asked, timezone: 'Asia/Tokyo' }, ...later)).toEqual([
    'No data in this time range: the last line before it is of 2026-03-02 19:30 (Asia/Tokyo).',
  ]);
  expect((await notices(asked, ...earlier))[0]).toMatch(
    /^No data in this time range: the first line is of 2026-03-02 0\d:\d\d \(UTC\)\.$/,
  );
  const nobodys = { ...asked, filters: [{ dimension: 'account', operator: '=', values: ['nobody'] }] };
  expect(await notices(nobodys, ...later)).toEqual([
    'No data in this time range: no license server has a line of what is asked for.',
  ]);
});

test('what does not depend on lines of the range is answered as ever', async () => {
  const { notices } = await given(plain);
  for (const measure of ['daysToExpiry', 'expiringEntitlements', 'entitled', 'sources', 'freshness', 'quality'])
    expect([measure, await notices({ measure }, ...later)]).toEqual([measure, []]);
  const within = ['2026-03-02T00:00:00Z', '2026-06-01T00:00:00Z'] as const;
  expect(await notices({ measure: 'denials' }, ...within)).toEqual([]);
});

test('a figure that is unknown for that says so itself; rows of tables stay empty', async () => {
  const { frames } = await given(plain);
  const textOfNull = async (question: { readonly measure: string }): Promise<unknown> => {
    const [frame] = await frames(question, ...later);
    const mappings = frame?.schema.fields.at(-1)?.config?.mappings ?? [];
    return mappings.flatMap((mapping) => (mapping.type === 'special' ? [mapping.options.result.text] : []))[0];
  };
  expect(await textOfNull({ measure: 'denials' })).toBe('no data');
  expect(await textOfNull({ measure: 'usagePercentage' })).toBe('no data');
  const byFeature = { measure: 'utilization', groupBy: ['account', 'feature'] };
  expect(await textOfNull(byFeature)).toBeUndefined();
});
