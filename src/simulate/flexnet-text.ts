import { clockText, dateText, longDateText } from './clock.ts';

/** A line a daemon says about itself; `daemon` 0 is lmgrd, then the vendors in order. `kind` where it is an event. */
export interface Said {
  readonly daemon: number;
  readonly text: string;
  readonly kind?: 'start' | 'exit' | 'reread';
}

export interface Host {
  readonly name: string;
  readonly port: number;
  readonly version: string;
  readonly pid: number;
}

type Served = (vendor: string) => readonly string[];

/** Start of the whole server. */
export function banner(host: Host, local: number, zone: string, vendors: readonly string[], served: Served): Said[] {
  const lmgrd = (text: string): Said => ({ daemon: 0, text });
  return [
    lmgrd('-----------------------------------------------'),
    lmgrd('  Please Note:'),
    lmgrd(''),
    lmgrd('  This log is intended for debug purposes only.'),
    lmgrd(''),
    lmgrd('-----------------------------------------------'),
    lmgrd(`Server's System Date and Time: ${longDateText(local)} ${zone}`),
    lmgrd('SLOG: Summary LOG statistics is enabled.'),
    lmgrd(`FlexNet Licensing (${host.version}) started on ${host.name} (linux) (${dateText(local)})`),
    lmgrd(`lmgrd tcp-port ${host.port}`),
    lmgrd('(@lmgrd-SLOG@) ==============================================='),
    lmgrd('(@lmgrd-SLOG@) === LMGRD ==='),
    lmgrd(`(@lmgrd-SLOG@) Start-Date: ${longDateText(local)} ${zone}`),
    lmgrd(`(@lmgrd-SLOG@) PID: ${host.pid}`),
    lmgrd('(@lmgrd-SLOG@) ==============================================='),
    lmgrd('Starting vendor daemons ... '),
    ...vendors.map((vendor, i): Said => ({
      daemon: 0,
      text: `Started ${vendor} (internet tcp_port ${host.port + 13_000 + i} pid ${host.pid + i + 1})`,
      kind: 'start',
    })),
    ...vendors.flatMap((vendor, i) => [
      { daemon: i + 1, text: `FlexNet Licensing version ${host.version}` },
      { daemon: i + 1, text: 'SLOG: Summary LOG statistics is enabled.' },
      ...serverStarted(host, i + 1, served(vendor)),
      { daemon: i + 1, text: 'EXTERNAL FILTERS are OFF' },
      { daemon: 0, text: `${vendor} using TCP-port ${host.port + 13_000 + i}` },
    ]),
  ];
}

/** The list of served features, three to a line, continued on further lines. */
function serverStarted(host: Host, daemon: number, features: readonly string[]): Said[] {
  const lines: Said[] = [];
  for (let i = 0; i === 0 || i < features.length; i += 3) {
    const names = features.slice(i, i + 3).join('\t\t');
    lines.push({ daemon, text: i === 0 ? `Server started on ${host.name} for:\t${names}\t` : `${names}\t` });
  }
  return lines;
}

export function rereadLines(host: Host, vendors: readonly string[], served: Served): Said[] {
  return [
    { daemon: 0, text: 'Rereading license file...' },
    ...vendors.flatMap((vendor, i): Said[] => [
      { daemon: i + 1, text: 'Rereading license file /opt/flexnet/license.dat', kind: 'reread' },
      ...serverStarted(host, i + 1, served(vendor)),
      { daemon: i + 1, text: '...Finished rereading' },
    ]),
    { daemon: 0, text: '...Finished rereading' },
  ];
}

export function restartLines(host: Host, daemon: number, vendor: string, served: Served): Said[] {
  return [
    { daemon: 0, text: `REStarted ${vendor} (pid ${host.pid})`, kind: 'start' },
    { daemon, text: `FlexNet Licensing version ${host.version}` },
    ...serverStarted(host, daemon, served(vendor)),
  ];
}

export function shutdownLines(host: Host, vendors: readonly string[]): Said[] {
  return [
    { daemon: 0, text: `SHUTDOWN request from admin at node ${host.name}. ` },
    ...vendors.flatMap((vendor, i): Said[] => [
      { daemon: i + 1, text: `Shutdown requested from admin@${host.name} IP=10.0.0.12` },
      { daemon: i + 1, text: 'EXITING DUE TO SIGNAL 15' },
      { daemon: 0, text: `${vendor} exited with status 0 ()`, kind: 'exit' },
    ]),
    { daemon: 0, text: 'EXITING DUE TO SIGNAL 15' },
  ];
}

/** One SLOG block: statistics of the daemon, with its own full date and with dates of the past in them. */
export function block(daemon: string, local: number, zone: string, salt: number): string[] {
  const lead = `(@${daemon}-SLOG@) `;
  const time = `${lead}Time: ${longDateText(local)} ${zone}`;
  const request = `${lead}Request processing time, when, #concurrent clients, client info (user, node, FD)`;
  const past = (i: number): string => {
    const before = local - ((salt * 7 + i * 131) % 5000) * 60_000;
    const ms = String((salt + i * 3) % 40).padStart(8, '0');
    return `${lead}${ms} ms at ${clockText(before)}(${dateText(before)}),#${3 + (i % 5)},(user${i},host${i + (salt % 50)},19)`;
  };
  return [
    `${lead}===============================================`,
    `${lead}=== Last 10 Client Requests Processing Time (in ms) ===`,
    time,
    request,
    ...[0, 1, 2, 3, 4].map(past),
    lead,
    `${lead}=== Top 10 Peak Client Requests Processing Time (in ms) ===`,
    time,
    request,
    ...[5, 6, 7, 8].map(past),
    lead,
    `${lead}=== Top 10 Peak In-house Operations time (in ms) ===`,
    `${lead}NOTE: Peak times greater than 4 seconds get recorded.`,
    time,
    `${lead}In-house operation time, when, #concurrent clients`,
    lead,
    `${lead}=== Active Connections Info ===`,
    `${lead}Peak active connections #${12 + (salt % 30)} attempted at ${longDateText(local - 3 * 86_400_000)} ${zone}`,
    lead,
    `${lead}===============================================`,
  ];
}
