import { parseArgs } from "node:util";
import { broadcasts } from "./broadcasts.ts";
import { growth } from "./growth.ts";
import { longPlan, type Plan } from "./plan.ts";
import { soak } from "./soak.ts";
import { summaryOf } from "./summary.ts";

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";

const usage =
  "usage: npm run soak -- [--sockets 10000] [--seconds 300] [--kills 30] [--seed N]\n" +
  "       npm run soak -- --growth MINUTES\n" +
  "       npm run soak -- --broadcasts MINUTES";

/** Reads the command line; throws if an option is not a number. */
function readPlan(args: string[]): Plan | { readonly growth: number } | { readonly broadcasts: number } {
  const { values } = parseArgs({
    args,
    options: {
      sockets: { type: "string" },
      seconds: { type: "string" },
      kills: { type: "string" },
      seed: { type: "string" },
      growth: { type: "string" },
      broadcasts: { type: "string" },
    },
  });
  const said = Object.entries(values).map(([name, text]) => {
    if (!/^\d{1,9}$/.test(text)) throw new Error(`--${name} is not a whole number: ${text}`);
    return [name, Number(text)];
  });
  if (values.growth !== undefined) return { growth: Number(values.growth) };
  if (values.broadcasts !== undefined) return { broadcasts: Number(values.broadcasts) };
  return { ...longPlan, seed: Date.now() % 1_000_000, ...Object.fromEntries(said) };
}

/** Each socket is an open file in two processes, besides some others. Throws if this machine's limit is too low. */
function checkOpenFiles(sockets: number): void {
  const report = process.report.getReport() as { userLimits?: { open_files?: { hard: number | string } } };
  const allowed = report.userLimits?.open_files?.hard;
  if (typeof allowed === "number" && allowed < sockets + 1_000)
    throw new Error(
      `a process may open ${allowed} files here (ulimit -Hn): that is too few for ${sockets} sockets`,
    );
}

async function main(): Promise<void> {
  let plan: ReturnType<typeof readPlan>;
  try {
    plan = readPlan(process.argv.slice(2));
    if ("sockets" in plan) checkOpenFiles(plan.sockets);
  } catch (cause) {
    console.error(`${(cause as Error).message}\n${usage}`);
    process.exit(2);
  }
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => stop.abort());
  const failures = await failuresOf(plan, stop.signal);
  process.exit(failures.length > 0 ? 1 : 0);
}

function failuresOf(plan: ReturnType<typeof readPlan>, stop: AbortSignal): Promise<readonly string[]> {
  if ("growth" in plan) return watchGrowth(plan.growth, stop);
  if ("broadcasts" in plan) return watchBroadcasts(plan.broadcasts);
  return run(plan, stop);
}

async function watchBroadcasts(minutes: number): Promise<readonly string[]> {
  const failures = await broadcasts(minutes, console.log);
  for (const what of failures) console.log(`FAILURE ${what}`);
  return failures;
}

async function run(plan: Plan, stop: AbortSignal): Promise<readonly string[]> {
  const started = performance.now();
  const { sockets, seconds, kills, seed } = plan;
  console.log(`${sockets} sockets, ${seconds} s of faults, ${kills} kills, seed ${seed}`);
  const say = (line: string) => console.log(`${Math.round((performance.now() - started) / 1000)} s: ${line}`);
  const outcome = await soak(plan, say, stop);
  console.log(summaryOf(outcome));
  return outcome.failures;
}

async function watchGrowth(minutes: number, stop: AbortSignal): Promise<readonly string[]> {
  const grown = await growth(minutes, console.log, stop);
  for (const what of grown) console.log(`FAILURE it grows: ${what}`);
  if (grown.length === 0) console.log("nothing has grown");
  return grown;
}

main().catch((cause: unknown) => {
  console.error(cause instanceof Error ? cause.message : cause);
  process.exit(1);
});
