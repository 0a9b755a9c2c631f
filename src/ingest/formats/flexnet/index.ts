import type { Detection, Format, FormatContext, FormatReader, FormatSurvey, SourceContext } from '../../format.ts';
import { newEnvelope, readEnvelope } from './envelope.ts';
import { newFlexnetReader } from './reader.ts';
import { newFactFinder } from './survey.ts';

/** FlexNet Publisher (FLEXlm) debug logs, written by lmgrd and the vendor daemons. */
export const flexnet: Format = {
  name: 'flexnet',
  title: 'FlexNet Publisher debug log',
  withoutAccounts: true,
  looksLike: '17:17:45 (ansyslmd) OUT: "hfss_solve" user@host',
  detect,
  survey,
  open(context: FormatContext): FormatReader {
    const lines: { text: string; number: number }[] = [];
    return {
      line: (text, number) => void lines.push({ text, number }),
      end() {
        const first = survey(context);
        for (const { text, number } of lines) first.line(text, number);
        const second = first.open(context.sink);
        for (const { text, number } of lines) second.line(text, number);
        second.end();
      },
    };
  },
};

function survey(context: SourceContext): FormatSurvey {
  const finder = newFactFinder();
  return {
    line: (text, number) => {
      finder.line(text, number);
    },
    open: (sink) => newFlexnetReader(context, finder.facts(), sink),
  };
}

function detect(head: string): Detection {
  const lines = head.split('\n', 2000).filter((line) => line.trim() !== '');
  const envelope = newEnvelope();
  const own = lines.filter((line) => readEnvelope(line, envelope)).length;
  if (own === 0) return { score: 0, reason: 'no line reads "h:mm:ss (daemon) message"' };
  return {
    score: own / lines.length,
    reason: `${own} of the first ${lines.length} lines read "h:mm:ss (daemon) message" (${[...envelope.daemons.keys()].slice(0, 5).join(', ')})`,
  };
}
