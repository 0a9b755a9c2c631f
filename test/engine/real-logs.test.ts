import { join } from 'node:path';
import { createCatalogue } from '../../src/denials/catalogue.ts';
import { createEngine, type Engine } from '../../src/engine/engine.ts';
import { formats } from '../../src/ingest/formats/registry.ts';
import { fileInput } from '../../src/ingest/input.ts';
import { ingestFiles } from '../../src/ingest/pipeline.ts';
import { parseQuestion } from '../../src/query/question.ts';
import { createEventStore } from '../../src/store/event-store.ts';
import { haveRealLogs, realLogs, referenceFigures } from '../support/real-logs.ts';
import { openTestStore, type TestStore } from '../support/store.ts';

const describeReal = haveRealLogs ? describe : describe.skip;
const flexnet = formats.find((format) => format.name.startsWith('flexnet'));

describeReal.each(['adskflex-2016-04.log', 'ansyslmd-2017-01.log', 'denials-synthetic.log'])('%s', (log) => {
  let store: TestStore;
  let engine: Engine;
  beforeAll(async () => {
    store = await openTestStore();
    engine = createEngine({ connection: store.connection, catalogue: createCatalogue(), siteTimezone: 'UTC' });
    if (flexnet === undefined) throw new Error('The FlexNet format is not registered.');
    const catalogue = createCatalogue();
    const files = [{ input: await fileInput(join(realLogs, log)), format: flexnet }];
    const options = {
      timezone: 'UTC',
      account: 'acme',
      resolveReason: (denial: { code: string; text: string }) => catalogue.reasonOf({ system: 'flexnet', ...denial }),
    };
    await ingestFiles(createEventStore(store.connection), files, options);
    // The same lines twice count once.
    await ingestFiles(createEventStore(store.connection), files, options);
  });
  afterAll(() => store.close());

  const byFeature = async (question: Record<string, unknown>): Promise<Map<string, number>> => {
    const { frames } = await engine.answer(
      parseQuestion({ groupBy: ['feature'], ...question }).question,
      {},
      { scope: { accounts: 'all' } },
    );
    const [features = [], values = []] = frames[0]?.data.values ?? [];
    return new Map(features.map((feature, i) => [String(feature), Number(values[i])]));
  };

  test('has the figures of the reference, per feature', async () => {
    const ask = {
      checkouts: await byFeature({ measure: 'checkouts' }),
      checkins: await byFeature({ measure: 'checkins' }),
      peak: await byFeature({ measure: 'peakConcurrent' }),
      average: await byFeature({ measure: 'averageConcurrent' }),
      hours: await byFeature({ measure: 'licenseHours' }),
      clients: await byFeature({ measure: 'uniqueClients' }),
      denials: await byFeature({ measure: 'denials', denials: { count: 'lines' } }),
      resolved: await byFeature({ measure: 'denials', denials: { count: 'resolved' } }),
      unresolved: await byFeature({ measure: 'denials', denials: { count: 'unresolved' } }),
      unknown: await byFeature({ measure: 'denials', denials: { count: 'unknown' } }),
      withUnsupported: await byFeature({ measure: 'denials', denials: { count: 'lines', unsupported: true } }),
    };
    const of = (map: Map<string, number>, feature: string): number => map.get(feature) ?? 0;
    const answers = referenceFigures(log).map(({ feature }) => ({
      feature,
      checkouts: of(ask.checkouts, feature),
      checkins: of(ask.checkins, feature),
      peak: of(ask.peak, feature),
      average: Math.round(of(ask.average, feature) * 1e6) / 1e6,
      licenseSeconds: Math.round(of(ask.hours, feature) * 3600),
      clients: of(ask.clients, feature),
      denials: of(ask.denials, feature),
      resolved: of(ask.resolved, feature),
      unresolved: of(ask.unresolved, feature),
      unknown: of(ask.unknown, feature),
      unsupported: of(ask.withUnsupported, feature) - of(ask.denials, feature),
    }));
    expect(answers).toEqual(referenceFigures(log));
    expect(answers.length).toBeGreaterThan(3);
  });
});
