import cliProgress from 'cli-progress';
import type { IngestProgress } from '../ingest/pipeline.ts';
import type { Io } from './io.ts';

export interface Progress {
  update(now: IngestProgress): void;
  stop(): void;
}

/** A bar on a terminal; elsewhere a plain line every ten seconds, so that logs show that it goes on. */
export function createProgress(io: Io): Progress {
  return io.interactive ? bar() : lines(io);
}

function bar(): Progress {
  const began = Date.now();
  const single = new cliProgress.SingleBar({
    stream: process.stderr,
    hideCursor: true,
    clearOnComplete: true,
    etaBuffer: 50,
    format: (options, params, payload: { rate?: string; phase?: string }) => {
      const filled = cliProgress.Format.BarFormat(params.progress, { ...options, barsize: 30 });
      const left = params.eta > 0 && Number.isFinite(params.eta) ? `, ${Math.round(params.eta)} s left` : '';
      return (
        payload.phase ??
        `${filled} ${megabytes(params.value)} of ${megabytes(params.total)}, ${payload.rate ?? ''}${left}`
      );
    },
  });
  let started = false;
  return {
    update({ bytes, totalBytes, lines: count, phase }) {
      if (!started) single.start(Math.max(1, totalBytes), 0);
      started = true;
      const payload = phase === 'deriving' ? { phase: 'bringing answers up to date …' } : { rate: rate(count, began) };
      single.update(bytes, payload);
    },
    stop() {
      if (started) single.stop();
    },
  };
}

const interval = 10_000;

function lines(io: Io): Progress {
  const began = Date.now();
  let said = began;
  let deriving = false;
  return {
    update({ file, bytes, totalBytes, lines: count, phase }) {
      if (phase === 'deriving' && !deriving && Date.now() - began > interval) io.err('bringing answers up to date …\n');
      deriving = phase === 'deriving';
      if (deriving || Date.now() - said < interval) return;
      said = Date.now();
      const left = bytes > 0 ? Math.round(((totalBytes - bytes) / bytes) * ((said - began) / 1000)) : 0;
      io.err(`${file}: ${megabytes(bytes)} of ${megabytes(totalBytes)}, ${rate(count, began)}, about ${left} s left\n`);
    },
    stop: () => undefined,
  };
}

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;

/** Empty when lines are counted elsewhere (an upload). */
function rate(count: number, began: number): string {
  const seconds = Math.max(0.001, (Date.now() - began) / 1000);
  return count === 0 ? 'sending' : `${Math.round(count / seconds).toLocaleString('en-US')} lines/s`;
}
