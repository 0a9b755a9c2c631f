import type { Cause } from './catalogue.ts';
import { itemOf } from './random.ts';
import type { ServerPlan } from './plan.ts';
import type { Recorder, RecorderState, SimulatedClient } from './recorder.ts';
import { closeSink, flushSink, openSink, writeHeader, writeLine } from './sink.ts';
import type { FileFigures } from './sink.ts';

/** Columns of the `events` preset: the fields of LicenseEvent that a source can fill in. */
export const eventColumns =
  'time,kind,server,vendor,feature,version,user,host,client,account,project,model,quantity,handle,code,detail';

const projects = ['', 'P-100', 'P-200', 'wing', 'gearbox'];

/** Events as CSV: Cloud License Server instances and metered (elastic) usage. */
export function createCsvRecorder(
  directory: string,
  plan: ServerPlan,
  clients: readonly SimulatedClient[],
  state: RecorderState,
  figures: FileFigures,
): Recorder {
  const sink = openSink(directory, figures);
  if (figures.bytes === 0) writeHeader(sink, `${eventColumns}\n`);
  const quote = (text: string): string => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const heads = plan.pools.map((pool) => `,${plan.name},,${pool.feature},${pool.version},`);
  const owners = clients.map(
    (client, i) =>
      `${quote(client.user)},${client.host},${quote(client.client)},${itemOf(plan.groups, client.group).account},${itemOf(projects, i % projects.length)}`,
  );
  let second = -1;
  let stamp = '';
  const line = (kind: string, t: number, pool: number, client: number, quantity: number, rest: string): void => {
    if (t !== second) {
      second = t;
      stamp = new Date(t).toISOString().replace('.000Z', 'Z');
    }
    if (t > state.last) state.last = t;
    state.lines++;
    const { model } = itemOf(plan.pools, pool);
    writeLine(
      sink,
      kind,
      t,
      `${stamp},${kind}${itemOf(heads, pool)}${itemOf(owners, client)},${model},${quantity},${rest}\n`,
    );
  };
  const handleText = (handle: number): string => (handle === 0 ? '' : `S${handle.toString(36).toUpperCase()}`);
  return {
    checkout: (t, pool, client, quantity, handle) => {
      line('checkout', t, pool, client, quantity, `${handleText(handle)},,`);
    },
    checkin: (t, pool, client, quantity, handle, reason) => {
      line(
        'checkin',
        t,
        pool,
        client,
        quantity,
        `${handleText(handle)},,${reason === 'INACTIVE' ? 'client expired' : ''}`,
      );
    },
    denial: (t, pool, client, quantity, cause: Cause) => {
      line('denial', t, pool, client, quantity, `,${cause.code},${quote(cause.text)}`);
    },
    unsupported: (t, pool, client) => {
      line('unsupported', t, pool, client, 1, ',15,Feature is not available');
    },
    queued: (t, pool, client, quantity) => {
      line('queued', t, pool, client, quantity, ',,');
    },
    dequeued: (t, pool, client, quantity) => {
      line('dequeued', t, pool, client, quantity, ',,');
    },
    upgrade: () => undefined,
    say: () => undefined,
    flush: () => {
      flushSink(sink);
    },
    close: () => {
      closeSink(sink);
    },
  };
}
