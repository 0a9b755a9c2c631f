import { advice } from '../engine/advice.ts';
import type { Notice } from '../engine/frame.ts';
import { frameOf, textField } from '../engine/frame.ts';
import { readDashboard } from './dashboard.ts';
import type { Reader } from './notices.ts';
import { forReader, isCut } from './notices.ts';

function told(text: string, reader: Reader): string | undefined {
  const notice: Notice = { severity: 'warning', text };
  const { answers } = forReader(
    {
      dashboard: readDashboard({ uid: 'u', title: 't', time: { from: '', to: '' }, panels: [] }),
      answers: new Map([[1, [{ frames: [frameOf('table', [textField('account', ['acme'])], [notice])] }]]]),
      marks: [],
      range: { from: 0, to: 1 },
      timezone: 'UTC',
      account: 'acme',
      variables: {},
      rules: [],
      takenAt: 0,
    },
    reader,
  );
  const [answer] = answers.get(1) ?? [];
  return answer !== undefined && 'frames' in answer ? answer.frames[0]?.schema.meta.notices?.[0]?.text : undefined;
}

const cut = `Only 8 rows are shown of 18. ${advice.cut}`;
const unmapped = `Used, but without a percentage: 2 groups, covered by no entitlement. ${advice.unmapped}`;
const stray = `In 2 groups some use lies on servers that no entitlement covers: it is left out here${advice.alsoUnmapped}.`;

test('whoever reads a report is told what can be had, and nothing of what only operators have', () => {
  expect(told(cut, 'report')).toBe('Only 8 rows are shown of 18. The whole list can be had as CSV.');
  expect(told(unmapped, 'report')).toBe('Used, but without a percentage: 2 groups, covered by no entitlement.');
  expect(told(stray, 'report')).toBe(
    'In 2 groups some use lies on servers that no entitlement covers: it is left out here.',
  );
});

test('whoever reads a page is told what it offers, instead of what the API takes', () => {
  expect(told(cut, 'page')).toBe('Only 8 rows are shown of 18. The CSV holds all of them; or choose less above.');
  for (const text of [cut, unmapped, stray]) expect(told(text, 'page')).not.toMatch(/"limit"|measure/);
  expect(told(stray, 'page')).toMatch(
    /left out here, and counted on the page "License servers" under "Data quality"\.$/,
  );
});

test('a list of which only the first rows are shown is known as such; what else is said is not', () => {
  expect(
    [cut, unmapped, `Only 8 series are shown of 18. ${advice.cut}`].map((text) => isCut(told(text, 'page') ?? '')),
  ).toEqual([true, false, false]);
});
