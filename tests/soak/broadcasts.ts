import { run } from "callboard";
import { openMachine } from "../e2e/machine.ts";

/**
 * Runs `npm start` and, from this process, `callboard simulate` with 50 channels and 2,000 viewers for a number of
 * minutes. Resolves with what was lost or differs, in words; `say` prints progress.
 */
export async function broadcasts(minutes: number, say: (line: string) => void): Promise<readonly string[]> {
  const machine = await openMachine();
  try {
    // It ends with this process in any case.
    const running = machine.start({ npm_lifecycle_event: "soak" });
    await running.up;
    const warned: string[] = [];
    const aws = `http://127.0.0.1:${machine.ports.aws}`;
    const code = await run(["simulate", "--aws", aws, "--minutes", String(minutes)], {
      env: {},
      print: say,
      warn: (text) => void warned.push(text),
      ask: async () => undefined,
      readInput: async () => "",
    });
    return code === 0 ? [] : ["the broadcasts did not come through whole", ...warned];
  } finally {
    await machine.close();
  }
}
