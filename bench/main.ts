import { readBefore } from "./before.ts";
import { type Child, type Commands, startChild } from "./children/child.ts";
import { type Command, readCommand, usage } from "./command.ts";
import { thisMachine } from "./machine.ts";
import { resultsPage, terminalTable } from "./report.ts";
import { readResults, withRow, writeResults } from "./results.ts";
import type { Checkout, Context, Figure, Figures, Row } from "./row.ts";
import { loadRow, rowNames } from "./rows.ts";
import { readCheckout } from "./service/checkout.ts";
import { startService } from "./service/service.ts";

// The SDK's versions are pinned; its notice about later ones is not useful here.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";

await main();

/** Measures the named rows one after another; each row's results are written before the next begins. */
async function main(): Promise<void> {
  const command = readCommand(process.argv.slice(2));
  const known = await rowNames();
  const unknown = command?.rows.find((row) => !known.includes(row));
  if (!command || unknown !== undefined) {
    console.error(`${usage}\nrows: ${known.join(", ")}`);
    process.exit(2);
  }
  const rows = known.filter((row) => command.rows.length === 0 || command.rows.includes(row));
  const against = command.against === undefined ? undefined : await checkoutFor(command.against, rows);
  const figures: Figure[] = [];
  const failed: string[] = [];
  for (const row of rows) {
    try {
      const found = await measure(await loadRow(row), command, against);
      figures.push(...found.figures);
      if (!command.quick) await keep(await loadRow(row), found, command.runs);
    } catch (cause) {
      failed.push(row);
      console.error(`${row} has failed:`, cause);
    }
  }
  console.log(`\n${terminalTable(figures, readBefore().figures)}`);
  if (command.quick) console.log("\nTiny sizes: these figures mean nothing, and nothing was written.");
  else console.log("\nWritten to bench/RESULTS.md and bench/results.json.");
  if (failed.length > 0) console.error(`Failed: ${failed.join(", ")}.`);
  process.exit(failed.length > 0 ? 1 : 0);
}

/** The other checkout; ends the bench when it cannot be served, or when a row cannot be measured against another. */
async function checkoutFor(folder: string, rows: readonly string[]): Promise<Checkout> {
  const checkout = readCheckout(folder);
  const alone: string[] = [];
  for (const row of rows) if (!(await loadRow(row)).against) alone.push(row);
  if ("problem" in checkout) console.error(checkout.problem);
  else if (alone.length > 0) console.error(`measured of one checkout alone: ${alone.join(", ")}`);
  else return checkout;
  process.exit(2);
}

/** Runs one row; then the processes that it started are ended, the last one first. */
async function measure(row: Row, { runs, quick }: Command, against?: Checkout): Promise<Figures> {
  const children: Pick<Child<Commands>, "end">[] = [];
  const context: Context = {
    runs,
    quick,
    say: (line) => console.log(`${row.name}: ${line}`),
    async start<C extends Commands>(process: string): Promise<Child<C>> {
      const child = await startChild<C>(process);
      children.push(child);
      return child;
    },
    ...(against ? { against } : {}),
    async serve(side, folder) {
      const service = await startService(side === "before" ? against?.root : undefined, folder);
      children.push(service);
      return service;
    },
  };
  try {
    return await row.run(context);
  } finally {
    for (const child of children.reverse()) await child.end();
  }
}

async function keep({ name, computed }: Row, found: Figures, runs: number): Promise<void> {
  const measured = new Date().toISOString().slice(0, 10);
  const results = withRow(await readResults(), name, found, {
    measured,
    machine: thisMachine(),
    ...(computed ? {} : { runs }),
  });
  await writeResults(results, resultsPage(results, readBefore().figures));
}
