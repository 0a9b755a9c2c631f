import type { FollowingState } from '../server/following.ts';
import type { Finding } from './doctor-findings.ts';
import { good, warning } from './doctor-findings.ts';

/** How a running server follows log files, and what keeps it from it. */
export function checkFollowing(following: FollowingState | null): readonly Finding[] {
  if (following === null) return [];
  const { sources, documents, error } = following;
  const failed =
    error === '' ? [] : [warning('Following', `the last look failed: ${error}`, 'The next look tries again.')];
  const problems = [...sources.flatMap((source) => source.problems), ...documents].map(({ message, todo }) =>
    warning('Following', message, todo),
  );
  const waiting = sources
    .filter(({ waitingLines }) => waitingLines > 0)
    .map(({ names, waitingLines }) =>
      warning(
        'Following',
        `${waitingLines} lines of ${names.join(', ')} wait: no line with a date (TIMESTAMP, start line) has come yet`,
        'They are stored when it comes; a FlexNet server writes one every few hours.',
      ),
    );
  const found = [...failed, ...problems, ...waiting];
  if (found.length > 0) return found;
  const files = sources.reduce((sum, source) => sum + source.files, 0);
  return [
    good('Following', `${files} ${files === 1 ? 'file' : 'files'}, last look ${following.lastLook ?? 'not yet'}`),
  ];
}
