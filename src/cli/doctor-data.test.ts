import { silentServers } from '../../dashboards/source/panels/shared.ts';
import { forOperators } from '../../dashboards/source/page.ts';
import { thresholds } from '../../dashboards/source/thresholds.ts';
import type { SourceRow } from '../server/service.ts';
import { checkFreshness } from './doctor-data.ts';

const now = Date.parse('2026-03-10T12:00:00Z');
const hour = 3600;
const ofAge = (server: string, seconds: number) =>
  ({ server, lastLine: new Date(now - seconds * 1000).toISOString() }) as SourceRow;

describe('silent license servers', () => {
  it('are those whose last line is 7 hours to 30 days old; older ones are out of service', () => {
    const sources = [
      ofAge('fresh', 7 * hour - 1),
      ofAge('silent', 7 * hour),
      ofAge('long', 720 * hour - 1),
      ofAge('gone', 720 * hour),
    ];
    const [finding] = checkFreshness(sources, now);
    expect(finding).toMatchObject({ found: expect.stringMatching(/^2 of 4 license servers are silent/) as string });
    const text = JSON.stringify(finding);
    expect(text).toContain('silent (since 2026-03-10 05:00), long (since 2026-02-08 12:00)');
    expect(text).toContain('1 out of service (no line for 30 days)');
    expect(text).not.toContain('fresh');
  });

  it('are no finding where all others are out of service', () => {
    expect(JSON.stringify(checkFreshness([ofAge('a', 60), ofAge('gone', 1000 * hour)], now))).toContain(
      '2 license servers, none silent; 1 out of service',
    );
  });

  it('are counted by the same limits on dashboards', () => {
    const panel = JSON.stringify(silentServers(forOperators('server')).build());
    const { warning, retired } = thresholds.silence;
    expect(panel).toContain(`"having":{"operator":">=","value":${warning},"below":${retired}}`);
  });
});
