import { silentServers } from '../../dashboards/source/panels/shared.ts';
import { forOperators } from '../../dashboards/source/page.ts';
import { checkFreshness, type SourceAge } from './doctor-data.ts';

const hour = 3600;
const now = Date.parse('2026-03-10T12:00:00Z');
const ofAge = (server: string, age: number, overdue: number): SourceAge => ({
  server,
  age,
  overdue,
  lastLine: new Date(now - age * 1000).toISOString(),
});

describe('silent license servers', () => {
  it('are those that are overdue; older ones are out of service', () => {
    const [finding] = checkFreshness([
      ofAge('fresh', 60 * hour, 0),
      ofAge('silent', 7 * hour + 1, 1),
      ofAge('long', 720 * hour - 1, 713 * hour - 1),
      ofAge('gone', 720 * hour, 0),
    ]);
    expect(finding).toMatchObject({ found: expect.stringMatching(/^2 of 4 license servers are silent/) as string });
    const text = JSON.stringify(finding);
    expect(text).toContain('silent (since 2026-03-10 04:59), long (since 2026-02-08 12:00)');
    expect(text).toContain('1 out of service (no line for 30 days)');
    expect(text).not.toContain('fresh');
  });

  it('are no finding where all others are out of service', () => {
    expect(JSON.stringify(checkFreshness([ofAge('a', 60, 0), ofAge('gone', 1000 * hour, 0)]))).toContain(
      '2 license servers, none silent; 1 out of service',
    );
  });

  it('are counted by the same figure on dashboards', () => {
    const panel = JSON.stringify(silentServers(forOperators('server')).build());
    expect(panel).toContain('"measure":"silence","groupBy":["server"],"having":{"operator":">","value":0}');
  });
});
