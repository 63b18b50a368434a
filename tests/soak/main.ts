import { parseArgs } from "node:util";
import { longPlan, type Plan } from "./plan.ts";
import { soak } from "./soak.ts";
import { summaryOf } from "./summary.ts";

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";

const usage = "usage: npm run soak -- [--sockets 10000] [--seconds 300] [--kills 30] [--seed N]";

/** The plan with what the command line says otherwise; throws when it says what is not a number. */
function readPlan(args: string[]): Plan {
  const { values } = parseArgs({
    args,
    options: {
      sockets: { type: "string" },
      seconds: { type: "string" },
      kills: { type: "string" },
      seed: { type: "string" },
    },
  });
  const said = Object.entries(values).map(([name, text]) => {
    if (!/^\d{1,9}$/.test(text)) throw new Error(`--${name} is not a whole number: ${text}`);
    return [name, Number(text)];
  });
  return { ...longPlan, seed: Date.now() % 1_000_000, ...Object.fromEntries(said) };
}

/** Each socket is an open file in two processes, beside some others. Throws when this machine does not allow as many. */
function checkOpenFiles(sockets: number): void {
  const report = process.report.getReport() as { userLimits?: { open_files?: { hard: number | string } } };
  const allowed = report.userLimits?.open_files?.hard;
  if (typeof allowed === "number" && allowed < sockets + 1_000)
    throw new Error(
      `a process may open ${allowed} files here (ulimit -Hn): that is too few for ${sockets} sockets`,
    );
}

async function main(): Promise<void> {
  let plan: Plan;
  try {
    plan = readPlan(process.argv.slice(2));
    checkOpenFiles(plan.sockets);
  } catch (cause) {
    console.error(`${(cause as Error).message}\n${usage}`);
    process.exit(2);
  }
  const started = performance.now();
  const { sockets, seconds, kills, seed } = plan;
  console.log(`${sockets} sockets, ${seconds} s of faults, ${kills} kills, seed ${seed}`);
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => stop.abort());
  const say = (line: string) => console.log(`${Math.round((performance.now() - started) / 1000)} s: ${line}`);
  const outcome = await soak(plan, say, stop.signal);
  console.log(summaryOf(outcome));
  process.exit(outcome.failures.length > 0 ? 1 : 0);
}

main().catch((cause: unknown) => {
  console.error(cause instanceof Error ? cause.message : cause);
  process.exit(1);
});
