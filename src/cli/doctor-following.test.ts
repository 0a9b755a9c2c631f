import type { FollowingState } from '../server/following.ts';
import { checkFollowing } from './doctor-following.ts';

const calm: FollowingState = {
  everySeconds: 10,
  looks: 3,
  lines: 100,
  lastLook: '2026-03-02T09:00:00.000Z',
  lastLookSeconds: 0.1,
  error: '',
  sources: [{ names: ['lic.log'], files: 1, lastGrowth: null, waitingLines: 0, problems: [] }],
  documents: [],
  notices: [],
};
const [source] = calm.sources;

it('a server that follows without trouble is well, one that follows nothing is not spoken of', () => {
  expect(checkFollowing(calm)).toMatchObject([{ state: 'ok', found: '1 file, last look 2026-03-02T09:00:00.000Z' }]);
  expect(checkFollowing(null)).toEqual([]);
});

it('names files and documents that cannot be read, with what to do', () => {
  const problem = {
    file: 'lic.log',
    message: 'lic.log: no permission to read it',
    todo: 'Run as a user who may read it.',
  };
  const found = checkFollowing({ ...calm, sources: [{ ...source!, problems: [problem] }], documents: [problem] });
  expect(found).toEqual([
    { check: 'Following', state: 'warning', found: problem.message, todo: problem.todo },
    { check: 'Following', state: 'warning', found: problem.message, todo: problem.todo },
  ]);
});

it('says that lines wait for a date, and that a look failed', () => {
  const found = checkFollowing({ ...calm, error: 'The disk is full.', sources: [{ ...source!, waitingLines: 7 }] });
  expect(found.map((one) => one.found)).toEqual([
    'the last look failed: The disk is full.',
    expect.stringMatching(/^7 lines of lic\.log wait/),
  ]);
});
