import type { DataFrame } from '@grafana/data';
import { concernOfPage } from '../query/page-notices.ts';

/** Puts what should be known about an answer beside its first frame, where panels show it as a warning. */
export function withNotices(frames: readonly DataFrame[], texts: readonly string[]): DataFrame[] {
  if (texts.length === 0) return [...frames];
  const added = texts.map((text) => ({ severity: 'warning' as const, text }));
  return frames.map((frame, i) =>
    i === 0 ? { ...frame, meta: { ...frame.meta, notices: [...(frame.meta?.notices ?? []), ...added] } } : frame,
  );
}

/** Where an answer is shown. */
export interface Place {
  readonly dashboard: string;
  readonly panel: number;
}

/**
 * What concerns a whole page is said on one of its panels, the first that is answered: a sign on every panel is read by nobody.
 */
export class PageNotices {
  private readonly tellers = new Map<string, number>();

  once(frames: readonly DataFrame[], { dashboard, panel }: Place): DataFrame[] {
    const tellsHere = (text: string): boolean => {
      const concern = concernOfPage(text);
      if (concern === undefined) return true;
      const key = `${dashboard}\n${concern}`;
      const teller = this.tellers.get(key);
      if (teller === undefined) this.tellers.set(key, panel);
      return (teller ?? panel) === panel;
    };
    return frames.map((frame) => {
      const notices = frame.meta?.notices;
      if (notices === undefined) return frame;
      return { ...frame, meta: { ...frame.meta, notices: notices.filter(({ text }) => tellsHere(text)) } };
    });
  }
}
