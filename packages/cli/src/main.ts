import { createInterface } from "node:readline/promises";
import { text } from "node:stream/consumers";
import { run } from "./run.ts";

// The SDK's versions are pinned, so its notice about newer ones is useless to users of the command.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";

// The reader of the output may stop: `callboard ledger … | head`.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit(0);
});

process.exitCode = await run(process.argv.slice(2), {
  env: process.env,
  print: (line) => void process.stdout.write(`${line}\n`),
  warn: (line) => void process.stderr.write(`${line}\n`),
  async ask(question) {
    const lines = createInterface({ input: process.stdin, output: process.stderr });
    const ended = new Promise<undefined>((end) => lines.once("close", () => end(undefined)));
    const answer = await Promise.race([lines.question(question), ended]);
    lines.close();
    return answer;
  },
  readInput: () => text(process.stdin),
});
