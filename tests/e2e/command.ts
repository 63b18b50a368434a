import { run } from "callboard";
import type { Stage } from "./stage.ts";

/** How a command ended, and what it wrote. */
export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** What `callboard` reads to find a stage on this machine. */
export const commandEnvironment = ({ callboard: { addresses } }: Stage): Record<string, string> => ({
  AWS_ENDPOINT_URL: addresses.aws,
});

/** Runs `callboard` against a stage, in this process; nobody is there to type anything. */
export async function runCommand(
  stage: Stage,
  args: readonly string[],
  { env = {}, input = "" }: { env?: Record<string, string>; input?: string } = {},
): Promise<Ended> {
  const [out, err]: [string[], string[]] = [[], []];
  const code = await run(args, {
    env: { ...commandEnvironment(stage), ...env },
    print: (text) => void out.push(`${text}\n`),
    warn: (text) => void err.push(`${text}\n`),
    ask: async () => undefined,
    readInput: async () => input,
  });
  return { code, out: out.join(""), err: err.join("") };
}
