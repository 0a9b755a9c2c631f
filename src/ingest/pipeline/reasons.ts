import type { LicenseSystem } from '../../denials/reason.ts';
import type { LicenseEvent } from '../../sessions/event.ts';

/** Reason id of a denial (src/denials). */
export type ResolveReason = (denial: {
  readonly system: LicenseSystem;
  readonly kind: 'denial' | 'unsupported';
  readonly code: string;
  readonly text: string;
}) => string;

const mostKept = 10_000;

/** Reasons of denials; '' for all other events. The same refusal is looked up once. */
export class Reasons {
  private readonly known = new Map<string, string>();

  constructor(private readonly resolve: ResolveReason | undefined) {}

  of({ kind, code, detail }: LicenseEvent, system: LicenseSystem): string {
    if (this.resolve === undefined || (kind !== 'denial' && kind !== 'unsupported')) return '';
    const key = `${system}\0${kind}\0${code}\0${detail}`;
    let reason = this.known.get(key);
    if (reason === undefined) {
      reason = this.resolve({ system, kind, code, text: detail });
      if (this.known.size >= mostKept) this.known.clear();
      this.known.set(key, reason);
    }
    return reason;
  }
}
