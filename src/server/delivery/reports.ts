import { buffer } from 'node:stream/consumers';
import type { Ask } from '../../share/ask.ts';
import type { Branding } from '../../share/branding.ts';
import { reportFileName } from '../../share/file-name.ts';
import { usageTable } from '../../share/outlets/csv.ts';
import { fileOutlets } from '../../share/outlets/registry.ts';
import type { Snapshot } from '../../share/snapshot.ts';
import type { MakeAttachment, MakePage, ReportRequest } from '../../share/subscriptions/report.ts';
import { ApiError } from '../errors.ts';

/** How reports become files and pages. */
export interface Reports {
  readonly attachment: MakeAttachment;
  readonly page: MakePage;
}

export interface ReportsParts {
  /** Answers as somebody who sees that one account and nothing else. */
  readonly askAs: (account: string, signal: AbortSignal | undefined) => Ask;
  readonly siteTimezone: string;
  readonly branding: Branding;
}

export function createReports({ askAs, siteTimezone, branding }: ReportsParts): Reports {
  /** All outlets of one report show the same figures, and the engine is asked once. */
  const taken = new WeakMap<ReportRequest, Promise<Snapshot>>();

  async function takeWith(
    whole: string | undefined,
    { account, range, before, timezone, showUsers, madeAt }: ReportRequest,
    signal: AbortSignal | undefined,
  ): Promise<Snapshot> {
    const { customerReport } = await import('../../share/customer.ts');
    return customerReport(
      { account, ...range, before, timezone, showUsers, whole, expiryFrom: madeAt, siteTimezone, branding },
      askAs(account, signal),
    );
  }

  function take(request: ReportRequest, signal: AbortSignal | undefined): Promise<Snapshot> {
    const taking = taken.get(request) ?? takeWith(undefined, request, signal);
    taken.set(request, taking);
    return taking;
  }

  return {
    async page(request, around, signal) {
      const { renderPage } = await import('../../share/render/page.ts');
      return renderPage(await take(request, signal), around);
    },

    async attachment(name, request, signal) {
      const outlet = fileOutlets.find((one) => one.name === name);
      if (outlet === undefined)
        throw new ApiError(501, 'outlet_missing', `There is no outlet "${name}".`, 'Use another.');
      const { table = usageTable } = request;
      // One table alone is whole; in what is read, lists end earlier.
      const snapshot = await (name === 'csv' ? takeWith(table, request, signal) : take(request, signal));
      const bytes = await buffer(await outlet.open(snapshot, { table, signal }));
      return { filename: reportFileName(snapshot, outlet.extension), contentType: outlet.mediaType, bytes };
    },
  };
}
