import { runCli } from '../../src/cli/program.ts';

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** The command line in this process, as somebody with that environment calls it. */
export async function runCommand(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ran> {
  const [out, err]: [string[], string[]] = [[], []];
  const io = {
    out: (text: string) => void out.push(text),
    err: (text: string) => void err.push(text),
    interactive: false,
    env,
    readStdin: () => Promise.resolve(''),
  };
  const code = await runCli(args, io, { version: 'test', childEntry: '' });
  return { code, out: out.join(''), err: err.join('') };
}

/** `license-analytics share …` */
export const runShare = (args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ran> =>
  runCommand(['share', ...args], env);
