import type { Question } from '../query/question.ts';
import type { Param, Params } from '../store/connection.ts';

/** Collects the values of one SQL text: each becomes a bound parameter, none is ever spliced into the text. */
export class Bindings {
  readonly #params: Record<string, Param> = {};
  #count = 0;

  /** @returns the placeholder, such as `{p1:Array(String)}`. */
  bind(value: Param, type: string): string {
    const name = `p${++this.#count}`;
    this.#params[name] = value;
    return `{${name}:${type}}`;
  }

  strings(values: readonly string[]): string {
    return this.bind(values, 'Array(String)');
  }

  /** A moment, from epoch milliseconds. */
  time(ms: number): string {
    return `fromUnixTimestamp64Milli(${this.bind(Math.trunc(ms), 'Int64')}, 'UTC')`;
  }

  milliseconds(values: readonly number[]): string {
    return this.bind(values, 'Array(Int64)');
  }

  get params(): Params {
    return this.#params;
  }
}

/** The condition that `having` puts on a column. */
export const havingSql = (column: string, having: NonNullable<Question['having']>, bindings: Bindings): string =>
  [
    `${column} ${having.operator} ${bindings.bind(having.value, 'Float64')}`,
    ...(having.below === undefined ? [] : [`${column} < ${bindings.bind(having.below, 'Float64')}`]),
  ].join(' AND ');
