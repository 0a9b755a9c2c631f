import type { Change } from '../../sessions/change.ts';
import { endings } from '../../sessions/change.ts';
import type { LicenseEvent } from '../../sessions/event.ts';
import { eventKinds } from '../../sessions/event.ts';
import type { ChangeBlock, EventBlock } from '../event-store.ts';
import { grown, halvesAsLongs, LabelColumn, monthOf } from './columns.ts';

const firstCapacity = 1024;

const kindCode = new Map(eventKinds.map((kind, code) => [kind, code]));
const endingCode = new Map(endings.map((ending, code) => [ending, code]));

/** Grows an `EventBlock` row by row. */
export class EventBlockBuilder {
  rows = 0;
  private capacity = firstCapacity;
  private readonly account = new LabelColumn(firstCapacity);
  private readonly feature = new LabelColumn(firstCapacity);
  private readonly server = new LabelColumn(firstCapacity);
  private readonly vendor = new LabelColumn(firstCapacity);
  private readonly version = new LabelColumn(firstCapacity);
  private readonly project = new LabelColumn(firstCapacity);
  private readonly code = new LabelColumn(firstCapacity);
  private readonly reason = new LabelColumn(firstCapacity);
  private readonly detail = new LabelColumn(firstCapacity);
  private readonly handle: string[] = [];
  private time = new Float64Array(firstCapacity);
  private seq = new Uint32Array(2 * firstCapacity);
  private kind = new Uint8Array(firstCapacity);
  private metered = new Uint8Array(firstCapacity);
  private client = new Uint32Array(firstCapacity);
  private quantity = new Float64Array(firstCapacity);
  private quantityBefore = new Float64Array(firstCapacity);
  private previous = new Float64Array(firstCapacity);
  private identity = new Uint32Array(2 * firstCapacity);

  push(event: LicenseEvent, account: string, client: number, reason: string, ordinal: number): void {
    if (this.rows === this.capacity) this.grow();
    const row = this.rows++;
    this.account.set(row, account);
    this.feature.set(row, event.feature);
    this.server.set(row, event.server);
    this.vendor.set(row, event.vendor);
    this.version.set(row, event.version);
    this.project.set(row, event.project);
    this.code.set(row, event.code);
    this.reason.set(row, reason);
    this.detail.set(row, event.detail);
    this.handle.push(event.handle);
    this.time[row] = event.time;
    this.seq[2 * row] = ordinal;
    this.seq[2 * row + 1] = event.lag;
    this.kind[row] = kindCode.get(event.kind) ?? 0;
    this.metered[row] = event.model === 'metered' ? 1 : 0;
    this.client[row] = client;
    this.quantity[row] = event.quantity;
    this.quantityBefore[row] = event.quantityBefore;
    this.previous[row] = event.previous;
    this.identity[2 * row] = event.identityLow;
    this.identity[2 * row + 1] = event.identityHigh;
  }

  block(): EventBlock {
    const rows = this.rows;
    return {
      rows,
      account: this.account.labels(rows),
      feature: this.feature.labels(rows),
      server: this.server.labels(rows),
      vendor: this.vendor.labels(rows),
      version: this.version.labels(rows),
      project: this.project.labels(rows),
      code: this.code.labels(rows),
      reason: this.reason.labels(rows),
      detail: this.detail.labels(rows),
      handle: this.handle,
      time: this.time.subarray(0, rows),
      seq: halvesAsLongs(this.seq, rows),
      kind: this.kind.subarray(0, rows),
      metered: this.metered.subarray(0, rows),
      client: this.client.subarray(0, rows),
      quantity: this.quantity.subarray(0, rows),
      quantityBefore: this.quantityBefore.subarray(0, rows),
      previous: this.previous.subarray(0, rows),
      identity: halvesAsLongs(this.identity, rows),
    };
  }

  private grow(): void {
    const capacity = (this.capacity *= 2);
    for (const column of [
      this.account,
      this.feature,
      this.server,
      this.vendor,
      this.version,
      this.project,
      this.code,
      this.reason,
      this.detail,
    ]) {
      column.grow(capacity);
    }
    this.time = grown(this.time, new Float64Array(capacity));
    this.seq = grown(this.seq, new Uint32Array(2 * capacity));
    this.kind = grown(this.kind, new Uint8Array(capacity));
    this.metered = grown(this.metered, new Uint8Array(capacity));
    this.client = grown(this.client, new Uint32Array(capacity));
    this.quantity = grown(this.quantity, new Float64Array(capacity));
    this.quantityBefore = grown(this.quantityBefore, new Float64Array(capacity));
    this.previous = grown(this.previous, new Float64Array(capacity));
    this.identity = grown(this.identity, new Uint32Array(2 * capacity));
  }
}

/** Grows a `ChangeBlock` row by row. */
export class ChangeBlockBuilder {
  rows = 0;
  private capacity = firstCapacity;
  private readonly account = new LabelColumn(firstCapacity);
  private readonly feature = new LabelColumn(firstCapacity);
  private readonly server = new LabelColumn(firstCapacity);
  private readonly vendor = new LabelColumn(firstCapacity);
  private readonly version = new LabelColumn(firstCapacity);
  private readonly project = new LabelColumn(firstCapacity);
  private time = new Float64Array(firstCapacity);
  private seq = new Uint32Array(2 * firstCapacity);
  private place = new Uint32Array(2 * firstCapacity);
  private delta = new Float64Array(firstCapacity);
  private client = new Uint32Array(firstCapacity);
  private held = new Float64Array(firstCapacity);
  private ending = new Uint8Array(firstCapacity);

  push(change: Change): void {
    if (this.rows === this.capacity) this.grow();
    const row = this.rows++;
    this.account.set(row, change.account);
    this.feature.set(row, change.feature);
    this.server.set(row, change.server);
    this.vendor.set(row, change.vendor);
    this.version.set(row, change.version);
    this.project.set(row, change.project);
    this.time[row] = change.time;
    this.seq[2 * row] = change.ordinal;
    this.seq[2 * row + 1] = change.lag;
    const { lag, ordinal } = change.after ?? change;
    this.place[2 * row] = ordinal;
    this.place[2 * row + 1] = lag;
    this.delta[row] = change.delta;
    this.client[row] = change.client;
    this.held[row] = change.held;
    this.ending[row] = endingCode.get(change.ending) ?? 0;
  }

  block(): ChangeBlock {
    const rows = this.rows;
    return {
      rows,
      account: this.account.labels(rows),
      feature: this.feature.labels(rows),
      server: this.server.labels(rows),
      vendor: this.vendor.labels(rows),
      version: this.version.labels(rows),
      project: this.project.labels(rows),
      time: this.time.subarray(0, rows),
      seq: halvesAsLongs(this.seq, rows),
      place: halvesAsLongs(this.place, rows),
      delta: this.delta.subarray(0, rows),
      client: this.client.subarray(0, rows),
      held: this.held.subarray(0, rows),
      ending: this.ending.subarray(0, rows),
    };
  }

  private grow(): void {
    const capacity = (this.capacity *= 2);
    for (const column of [this.account, this.feature, this.server, this.vendor, this.version, this.project]) {
      column.grow(capacity);
    }
    this.time = grown(this.time, new Float64Array(capacity));
    this.seq = grown(this.seq, new Uint32Array(2 * capacity));
    this.place = grown(this.place, new Uint32Array(2 * capacity));
    this.delta = grown(this.delta, new Float64Array(capacity));
    this.client = grown(this.client, new Uint32Array(capacity));
    this.held = grown(this.held, new Float64Array(capacity));
    this.ending = grown(this.ending, new Uint8Array(capacity));
  }
}

/** Builders by month, so that every block lies in one partition. */
export class Months<T extends { readonly rows: number }> {
  private readonly builders = new Map<number, T>();
  private last: T | undefined;
  private lastStart = 0;
  private lastEnd = 0;

  constructor(private readonly create: () => T) {}

  at(time: number): T {
    if (this.last !== undefined && time >= this.lastStart && time < this.lastEnd) return this.last;
    const month = monthOf(time);
    const builder = this.builders.get(month) ?? this.create();
    this.builders.set(month, builder);
    this.last = builder;
    this.lastStart = Date.UTC(Math.floor(month / 12), month % 12);
    this.lastEnd = Date.UTC(Math.floor(month / 12), (month % 12) + 1);
    return builder;
  }

  /** Takes everything out. */
  take(): T[] {
    const taken = [...this.builders.values()];
    this.builders.clear();
    this.last = undefined;
    return taken;
  }
}
