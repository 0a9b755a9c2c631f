import type { Format, ReaderSink } from '../ingest/format.ts';

/**
 * A format whose events must belong to these accounts (or name none) and to that license server: for tokens that are limited to
 * accounts. Other lines are told of as unreadable, and are not stored as events.
 */
export function guarded(format: Format, accounts: readonly string[], server: string): Format {
  const { name, title, withoutAccounts, looksLike } = format;
  // Nothing to follow by: whoever is limited to accounts sends lines, and only the server itself follows files.
  const copy: Format = {
    name,
    title,
    ...(withoutAccounts === true && { withoutAccounts }),
    denialSystem: (options) => format.denialSystem(options),
    looksLike,
    detect: (head, options) => format.detect(head, options),
    open: (context) => format.open({ ...context, sink: guardedSink(context.sink, accounts, server) }),
  };
  if (format.survey === undefined) return copy;
  return {
    ...copy,
    survey: (context) => {
      const first = format.survey?.(context);
      if (first === undefined) throw new Error(`The format ${format.name} has lost its survey.`);
      return {
        line: (text, number) => first.line(text, number),
        open: (sink) => first.open(guardedSink(sink, accounts, server)),
      };
    },
  };
}

function guardedSink(sink: ReaderSink, accounts: readonly string[], server: string): ReaderSink {
  return {
    event(event, line) {
      if (event.account !== '' && !accounts.includes(event.account)) {
        sink.unreadable(line, '', `account "${event.account}": the token may write for ${accounts.join(', ')} only`);
      } else if (event.server !== '' && event.server !== server) {
        sink.unreadable(line, '', `license server "${event.server}": the request is for "${server}" only`);
      } else sink.event(event, line);
    },
    part: (reason, line) => sink.part(reason, line),
    unreadable: (line, text, reason) => sink.unreadable(line, text, reason),
    undated: (line, text, reason) => sink.undated(line, text, reason),
    ignored: (count) => sink.ignored(count),
    sourceName: () => sink.sourceName(server),
    lastLine: (time) => sink.lastLine(time),
    notice: (text) => sink.notice(text),
  };
}
