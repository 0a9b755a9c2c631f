import type {
  Detection,
  FollowedReading,
  Format,
  FormatContext,
  FormatReader,
  FormatSurvey,
  ReaderState,
  SourceContext,
} from '../../format.ts';
import { newEnvelope, readEnvelope } from './envelope.ts';
import { newFlexnetReader, type FlexnetReaderState } from './reader.ts';
import { newFactFinder, type SurveyState } from './survey.ts';

/** FlexNet Publisher (FLEXlm) debug logs, written by lmgrd and the vendor daemons. */
export const flexnet: Format = {
  name: 'flexnet',
  title: 'FlexNet Publisher debug log',
  withoutAccounts: true,
  denialSystem: () => 'flexnet',
  looksLike: '17:17:45 (ansyslmd) OUT: "hfss_solve" user@host',
  detect,
  survey,
  follow,
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

interface FollowedState {
  readonly survey: SurveyState;
  readonly reader: FlexnetReaderState;
}

/** Both passes over the lines of one slice; what they know of earlier ones comes from the state. */
function follow(context: SourceContext, state: ReaderState | undefined): FollowedReading {
  const from = state as unknown as FollowedState | undefined;
  const finder = newFactFinder(from?.survey);
  // A reader of lines without any date counts no days; the survey has.
  const reading =
    from?.survey.planner.anchored === false ? { ...from.reader, counter: from.survey.planner.counter } : from?.reader;
  return {
    survey: (text, number) => {
      finder.line(text, number);
    },
    settled: () => finder.settled(),
    open(sink) {
      const reader = newFlexnetReader(context, finder.facts(), sink, reading);
      return {
        line: (text, number) => {
          reader.line(text, number);
        },
        end: () => {
          reader.end();
        },
        pause: () => ({ state: { survey: finder.state(), reader: reader.state() } }),
      };
    },
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
