import type { Route } from '../given.ts';

/** An alert with all its labels; milliseconds. */
export interface Told {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly from: number;
  readonly to: number;
}

/** A message as somebody gets it. */
export interface Message {
  readonly receiver: string;
  readonly at: number;
  /** What goes on, and what is over. */
  readonly firing: readonly Told[];
  readonly over: readonly Told[];
}

const units: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Milliseconds of a duration such as 15s, 5m or 1d. */
export function milliseconds(duration: string): number {
  const [, amount = '', unit = ''] = /^(\d+)([smhd])$/.exec(duration) ?? [];
  const length = units[unit];
  if (length === undefined) throw new Error(`Expected a duration such as 5m, found "${duration}".`);
  return Number(amount) * length;
}

/** The innermost route that takes an alert, with what it has from those around it. */
export function routeOf(root: Route, labels: Told['labels']): Route {
  for (const route of root.routes ?? []) {
    if (!(route.object_matchers ?? []).every(([label, , value]) => labels[label] === value)) continue;
    return routeOf({ ...root, routes: [], ...route }, labels);
  }
  return root;
}

/**
 * Messages of one route's alerts, as the Alertmanager sends them (dispatch.go `aggrGroup`, notify.go `needsUpdate`): a group waits
 * `group_wait`, then looks every `group_interval`. It speaks when something began to fire that it has not told of, when something
 * is over, and when it has said nothing for `repeat_interval`. A group of which everything is over is forgotten.
 */
export function messagesOf(route: Route, alerts: readonly Told[], until: number): readonly Message[] {
  const groups = new Map<string, Told[]>();
  for (const alert of alerts) {
    const key = JSON.stringify((route.group_by ?? []).map((label) => alert.labels[label] ?? ''));
    groups.set(key, [...(groups.get(key) ?? []), alert]);
  }
  return [...groups.values()].flatMap((group) => ofGroup(route, group, until)).sort((a, b) => a.at - b.at);
}

function ofGroup(route: Route, alerts: readonly Told[], until: number): readonly Message[] {
  const { group_wait: wait = '30s', group_interval: interval = '5m', repeat_interval: repeat = '4h', receiver } = route;
  const waiting = alerts.toSorted((a, b) => a.from - b.from);
  const messages: Message[] = [];
  let held: Told[] = [];
  let told: { readonly firing: ReadonlySet<Told>; readonly at: number } | undefined;
  let at = (waiting[0]?.from ?? Infinity) + milliseconds(wait);
  while (at <= until) {
    while (waiting[0] !== undefined && waiting[0].from <= at) held.push(...waiting.splice(0, 1));
    const firing = held.filter(({ to }) => to > at);
    const over = held.filter((alert) => alert.to <= at && told?.firing.has(alert) === true);
    const isNew = firing.some((alert) => told?.firing.has(alert) !== true);
    const isAgain = firing.length > 0 && told !== undefined && told.at < at - milliseconds(repeat);
    if (isNew || over.length > 0 || isAgain) {
      messages.push({ receiver, at, firing, over });
      told = { firing: new Set(firing), at };
    }
    held = [...firing];
    if (held.length > 0) at += milliseconds(interval);
    else {
      told = undefined;
      at = (waiting[0]?.from ?? Infinity) + milliseconds(wait);
    }
  }
  return messages;
}
