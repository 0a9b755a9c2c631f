const { default: Sequencer } = require('@jest/test-sequencer');

/**
 * Files that take longest, longest first: so that none of them is left to one worker when the others have nothing more to do. A machine
 * that has never run them knows no durations, and would go by the size of files.
 */
const slowest = [
  'test/interruptions/interruptions.test.ts',
  'src/cli/cli.test.ts',
  // Both of these mostly wait.
  'test/interruptions/disk.test.ts',
  'test/sharing/restart.test.ts',
  'test/engine/rollup-equals-raw.test.ts',
  'test/pages/pages.test.ts',
  'test/store/interrupted.test.ts',
  'test/rules/denials.test.ts',
  'test/provisioning/replay/week.test.ts',
  'test/following/follower.test.ts',
  'test/following/slices.test.ts',
  'test/store/connection.test.ts',
  'test/rules/dating.test.ts',
  'src/store/event-store/ingest.test.ts',
  'test/pages/layout.test.ts',
  'test/sharing/subscriptions.test.ts',
  'test/sharing/link-page.test.ts',
  'test/sharing/from-page.test.ts',
];

const rank = ({ path }) => {
  const found = slowest.findIndex((file) => path.endsWith(file));
  return found < 0 ? slowest.length : found;
};

module.exports = class SlowestFirst extends Sequencer {
  sort(tests) {
    return [...super.sort(tests)].sort((a, b) => rank(a) - rank(b));
  }
};
