import { readFileSync } from "node:fs";
import type { AwsCall, Process } from "./process.ts";
import type { UseCase } from "./use-case.ts";

/** What each use case costs without a fault. Compared by `calls.test.ts`; the benchmark computes prices from it. */
export const costs = new URL("../costs.json", import.meta.url);

/** The calls of a process in their order: `GetItem PostToConnection×2`. */
export function callsText({ calls }: Process): string {
  const runs: { operation: string; count: number }[] = [];
  for (const { operation } of calls) {
    const last = runs.at(-1);
    if (last?.operation === operation) last.count++;
    else runs.push({ operation, count: 1 });
  }
  return runs.map(({ operation, count }) => (count === 1 ? operation : `${operation}×${count}`)).join(" ");
}

const recorded = JSON.parse(readFileSync(costs, "utf8")) as Record<string, { readonly calls: string }>;

/** The recorded calls of a use case without a fault; throws when none are recorded, so that its faults are not skipped. */
export function usualCalls({ name }: UseCase): Pick<AwsCall, "operation">[] {
  const { calls } = recorded[name] ?? {};
  if (!calls) throw new Error(`costs.json has no calls of ${name}: write it with CALLBOARD_WRITE_COSTS=1`);
  return calls.split(" ").flatMap((run) => {
    const [operation, count = "1"] = run.split("×") as [string, string?];
    return Array.from({ length: Number(count) }, () => ({ operation }));
  });
}
