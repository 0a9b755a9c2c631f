import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Engine } from '../../src/engine/engine.ts';
import { orFailed, type Journal } from '../journal.ts';
import { percentile } from '../measure.ts';
import { answer, choose, ranges, type Chosen } from '../questions.ts';
import { say, simulated } from '../simulated.ts';
import { diskUse, storeOf, withStore } from '../store.ts';
import { difference, saidByFrames, saidBy, type Said } from './answers.ts';
import { naiveClickHouse } from './clickhouse.ts';
import type { Database } from './database.ts';
import { openDuckDb } from './duckdb.ts';
import { openPostgres } from './postgres.ts';
import { comparedQuestions, type ComparedQuestion } from './questions.ts';
import { exportRows } from './rows.ts';

export const us = 'License Analytics';

/** One question, asked of one of them. */
export interface ComparedFigures {
  /** The fastest: what others on the machine had the least part in. */
  readonly bestMs: number;
  readonly p50Ms: number;
  readonly times: number;
  readonly rows: number;
  /** How its answer differs from ours; left out where it is the same. */
  readonly differs?: string;
}

export interface DatabaseFigures {
  readonly about: string;
  readonly loadSeconds: number;
  readonly bytes: number;
}

/** Others, each by what it takes to open it. The rows have been exported. */
export const others = ['DuckDB, Parquet', 'DuckDB, its own table', 'PostgreSQL, indexed'] as const;
export type Other = (typeof others)[number];

const rowsFolder = (size: number, work: string): string => join(work, `rows-${size}`);
const saidFile = (size: number, work: string): string => join(rowsFolder(size, work), 'said.json');

interface Saying {
  readonly chosen: Chosen;
  readonly said: readonly Said[];
}

/** Writes the rows for the others, and asks us and the plain statements. */
export async function compareOurselves(size: number, work: string, journal: Journal): Promise<void> {
  await withStore(storeOf(size, work), async ({ connection, engine }) => {
    const chosen = await choose(engine);
    const asked = comparedQuestions(chosen, 'inside a day');
    const said: Said[] = [];
    for (const { name, json, range } of asked) {
      said.push(saidByFrames(await answer(engine, json, range), isOfEvents(name)));
      await journal.once(`compare/${us}/${name}`, async () => {
        const { milliseconds } = await often(async (times) => {
          const took: number[] = [];
          for (let i = 0; i < times; i++) {
            const start = performance.now();
            await answer(engine, json, range);
            took.push(performance.now() - start);
          }
          return { milliseconds: took };
        });
        return { ...figuresOf(milliseconds), rows: said.at(-1)?.length ?? 0 } satisfies ComparedFigures;
      });
    }
    if (!existsSync(saidFile(size, work))) {
      say('writing the rows for the others');
      mkdirSync(rowsFolder(size, work), { recursive: true });
      await exportRows(connection, rowsFolder(size, work));
    }
    writeFileSync(saidFile(size, work), JSON.stringify({ chosen, said } satisfies Saying));
    const { changes = 0, events = 0, ...derived } = await diskUse(connection);
    const kept = Object.values(derived).reduce((sum, bytes) => sum + bytes, 0);
    await journal.once(`database/${us}`, () =>
      Promise.resolve({
        about: 'all tables',
        loadSeconds: 0,
        bytes: changes + events + kept,
      } satisfies DatabaseFigures),
    );
    await askAll(naiveClickHouse(connection, changes + events), asked, said, journal);
  });
}

/** Asks one of the others. Says so where there is none. */
export async function compareOther(other: Other, size: number, work: string, journal: Journal): Promise<void> {
  const { chosen, said } = JSON.parse(readFileSync(saidFile(size, work), 'utf8')) as Saying;
  const rows = rowsFolder(size, work);
  const database = await (other === 'PostgreSQL, indexed'
    ? openPostgres(work, rows)
    : openDuckDb(other === 'DuckDB, Parquet' ? 'Parquet' : 'its own table', work, rows));
  if (database === undefined) {
    say('PostgreSQL is left out: neither `postgres` nor `psql` is installed here.');
    return;
  }
  try {
    await askAll(database, comparedQuestions(chosen, 'inside a day'), said, journal);
  } finally {
    await database.close();
  }
}

async function askAll(
  database: Database,
  asked: readonly ComparedQuestion[],
  said: readonly Said[],
  journal: Journal,
): Promise<void> {
  const { name: who, about, loadSeconds, bytes, dialect } = database;
  await journal.once(`database/${who}`, () => Promise.resolve({ about, loadSeconds, bytes } satisfies DatabaseFigures));
  for (const [i, question] of asked.entries())
    await journal.once(`compare/${who}/${question.name}`, () =>
      orFailed(async () => {
        const sql = question.sql(dialect);
        const { milliseconds, rows } = await often((times) => database.ask(sql, times));
        const theirs = saidBy(rows, isOfEvents(question.name));
        const differs = difference(theirs, said[i] ?? []);
        return { ...figuresOf(milliseconds), rows: theirs.length, ...(differs !== undefined && { differs }) };
      }),
    );
}

const isOfEvents = (name: string): boolean => name.startsWith('all events');

/** Once to warm up, and then 9 times, or as often as ten seconds allow; at least twice. */
async function often<T extends { readonly milliseconds: readonly number[] }>(
  ask: (times: number) => Promise<T>,
): Promise<T> {
  const { milliseconds } = await ask(1);
  return ask(Math.min(9, Math.max(2, Math.floor(10_000 / (milliseconds[0] ?? 1)))));
}

const figuresOf = (milliseconds: readonly number[]) => ({
  bestMs: Math.min(...milliseconds),
  p50Ms: percentile(milliseconds, 0.5),
  times: milliseconds.length,
});

export interface PythonFigures {
  readonly lines: number;
  readonly seconds: number;
  readonly cpuSeconds: number;
  /** Checkouts and denials of all features, against ours of the same servers; copies of lines count twice there. */
  readonly checkouts: readonly [theirs: number, ours: number];
  readonly denials: readonly [theirs: number, ours: number];
  /** Features whose peak is the same, of how many: restarts, rereads and shared names are not known there. */
  readonly samePeaks: readonly [same: number, of: number];
}

/** A reader of logs in Python, on all FlexNet logs. */
export async function comparePython(size: number, work: string): Promise<PythonFigures> {
  const { manifest, logs } = await simulated(size, work);
  const sources = manifest.sources.filter(({ format }) => format === 'flexnet');
  const names = sources.flatMap(({ files }) => files.map(({ file }) => join(logs, file)));
  const { status, stdout, stderr, error } = spawnSync('python3', [join('bench', 'compare', 'reader.py')], {
    input: names.join('\n'),
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  if (error !== undefined || status !== 0)
    throw new Error(`Python could not read the logs: ${stderr || String(error)}`);
  const theirs = JSON.parse(stdout) as Pick<PythonFigures, 'lines' | 'seconds' | 'cpuSeconds'> &
    Readonly<Record<'checkouts' | 'denials' | 'peak', Readonly<Record<string, number>>>>;
  const sum = (of: Readonly<Record<string, number>>): number => Object.values(of).reduce((all, one) => all + one, 0);
  return withStore(storeOf(size, work), async ({ engine }) => {
    const filters = [{ dimension: 'server', operator: 'in', values: sources.map(({ server }) => server) }];
    const ours = (measure: string) =>
      byFeature(engine, { measure, groupBy: ['feature'], filters, limit: 100_000, denials: { count: 'lines' } });
    const [checkouts, denials, peaks] = [await ours('checkouts'), await ours('denials'), await ours('peakConcurrent')];
    const both = Object.keys(peaks);
    return {
      lines: theirs.lines,
      seconds: theirs.seconds,
      cpuSeconds: theirs.cpuSeconds,
      checkouts: [sum(theirs.checkouts), sum(checkouts)],
      denials: [sum(theirs.denials), sum(denials)],
      samePeaks: [both.filter((feature) => theirs.peak[feature] === peaks[feature]).length, both.length],
    };
  });
}

async function byFeature(engine: Engine, json: Readonly<Record<string, unknown>>): Promise<Record<string, number>> {
  const [frame] = await answer(engine, json, ranges['whole days'](366));
  const [names = [], figures = []] = frame?.data.values ?? [];
  return Object.fromEntries(names.map((name, i) => [String(name), Number(figures[i])]));
}

/** The exported rows are several times the store. */
export const removeRows = (size: number, work: string): Promise<void> =>
  rm(rowsFolder(size, work), { recursive: true, force: true });
