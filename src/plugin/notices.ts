import type { DataFrame } from '@grafana/data';

/** Puts what should be known about an answer beside its first frame, where panels show it as a warning. */
export function withNotices(frames: readonly DataFrame[], texts: readonly string[]): DataFrame[] {
  if (texts.length === 0) return [...frames];
  const added = texts.map((text) => ({ severity: 'warning' as const, text }));
  return frames.map((frame, i) =>
    i === 0 ? { ...frame, meta: { ...frame.meta, notices: [...(frame.meta?.notices ?? []), ...added] } } : frame,
  );
}
