import type { Ask } from '../share/ask.ts';
import type { PanelAnswer } from '../share/snapshot.ts';
import type { Context, Service } from './service.ts';

/** The service as whoever fills a report asks it: always under the scope of the context. Rejects as `Service.ask` does. */
export const askUnder =
  (service: Pick<Service, 'ask'>, context: Context): Ask =>
  async (queries, range) => {
    const { results } = await service.ask({ ...range, queries }, context);
    return Object.fromEntries(
      Object.entries(results).map(([refId, part]): [string, PanelAnswer] => [
        refId,
        'frames' in part ? { frames: part.frames } : { error: part.error },
      ]),
    );
  };
