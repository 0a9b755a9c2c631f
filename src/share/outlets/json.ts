import { Readable } from 'node:stream';
import type { FileOutlet } from './outlet.ts';

/** For programs: every panel's title and Grafana data frames, and how they were counted. No questions. */
export const json: FileOutlet = {
  name: 'json',
  help: 'for programs: every panel with its data frames',
  extension: 'json',
  mediaType: 'application/json',
  open: async ({ dashboard, answers, marks, range, timezone, account, rules, summary, takenAt }) => {
    const iso = (time: number): string => new Date(time).toISOString();
    const report = {
      title: dashboard.title,
      account,
      from: iso(range.from),
      to: iso(range.to),
      timezone,
      takenAt: iso(takenAt),
      summary,
      rules,
      panels: dashboard.panels.map(({ id, title, description, type }) => ({
        title,
        description,
        type,
        frames: (answers.get(id) ?? []).flatMap((answer) => ('frames' in answer ? answer.frames : [])),
      })),
      marks: marks.map(({ name, answer }) => ({ title: name, frames: 'frames' in answer ? answer.frames : [] })),
    };
    return Readable.from([`${JSON.stringify(report)}\n`]);
  },
};
