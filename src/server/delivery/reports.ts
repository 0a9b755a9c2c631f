import { buffer } from 'node:stream/consumers';
import type { Ask } from '../../share/ask.ts';
import { reportFileName } from '../../share/file-name.ts';
import { fileOutlets } from '../../share/outlets/registry.ts';
import type { Snapshot } from '../../share/snapshot.ts';
import type { MakeAttachment, MakePage, ReportRequest } from '../../share/subscriptions/report.ts';
import { ApiError } from '../errors.ts';

/** How reports become files and pages. */
export interface Reports {
  readonly attachment: MakeAttachment;
  readonly page: MakePage;
}

/** `askAs`: answers as somebody who sees that one account and nothing else. */
export function createReports(askAs: (account: string, signal: AbortSignal | undefined) => Ask): Reports {
  /** All outlets of one report show the same figures, and the engine is asked once. */
  const taken = new WeakMap<ReportRequest, Promise<Snapshot>>();

  function take(request: ReportRequest, signal: AbortSignal | undefined): Promise<Snapshot> {
    const known = taken.get(request);
    if (known !== undefined) return known;
    const { account, range, timezone, showUsers, madeAt } = request;
    const taking = import('../../share/customer.ts').then(({ customerReport }) =>
      customerReport({ account, ...range, timezone, showUsers, expiryFrom: madeAt }, askAs(account, signal)),
    );
    taken.set(request, taking);
    return taking;
  }

  return {
    async page(request, head, signal) {
      const { renderPage } = await import('../../share/render/page.ts');
      return renderPage(await take(request, signal), { head });
    },

    async attachment(name, request, signal) {
      const outlet = fileOutlets.find((one) => one.name === name);
      if (outlet === undefined)
        throw new ApiError(501, 'outlet_missing', `There is no outlet "${name}".`, 'Use another.');
      const snapshot = await take(request, signal);
      const bytes = await buffer(await outlet.open(snapshot, { signal }));
      return { filename: reportFileName(snapshot, outlet.extension), contentType: outlet.mediaType, bytes };
    },
  };
}
