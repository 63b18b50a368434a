import { leftOf, treeOf } from "../e2e/processes.ts";
import { soakProgram } from "./bundle.ts";
import { type Child, startChild } from "./calls.ts";
import type { FaultCounts } from "./faults.ts";
import type { Plan } from "./plan.ts";
import type { Place, ServerArgument, ServerOperations, ServerReport } from "./server.ts";

/** Callboard as a process that is killed and restarted, with the same ports and data. */
export interface Servers {
  readonly current: Child<ServerOperations, ServerReport>;
  /** Starts the process; resolves when it is up. */
  start(): Promise<void>;
  /**
   * Kills the process at once and restarts it. Resolves with the milliseconds until it was up; rejects when the kill left
   * another process behind.
   */
  killAndStart(): Promise<number>;
  /** How often it was killed. */
  readonly kills: number;
  /** Faults of all lives, as far as they were reported before a kill. */
  faults(): FaultCounts;
  /** The most memory that any life reported, in bytes. */
  memory(): number;
  /** Ends the process. */
  close(): Promise<void>;
}

export function createServers(plan: Plan, place: Place): Servers {
  const lives: Child<ServerOperations, ServerReport>[] = [];
  const start = async () => {
    const argument: ServerArgument = { plan, place, life: lives.length };
    const child = startChild<ServerOperations, ServerReport>(await soakProgram("server"), argument);
    lives.push(child);
    return child.call("up");
  };
  const current = () => lives.at(-1)!;
  /** Rejects when the process leaves another behind: it must be the only one. */
  const end = async () => {
    const { pid, kill, ended } = current();
    const tree = await treeOf(pid);
    kill();
    await ended;
    const left = await leftOf(tree);
    for (const id of left) process.kill(id, "SIGKILL");
    if (left.length > 0) throw new Error(`the server left ${left.length} processes behind`);
  };
  const reports = () => lives.flatMap((life) => life.report ?? []);
  return {
    start,
    get current() {
      return current();
    },
    async killAndStart() {
      const from = performance.now();
      await end();
      await start();
      return performance.now() - from;
    },
    get kills() {
      return lives.length - 1;
    },
    faults() {
      const sum = { posts: 0, dropped: 0, duplicated: 0, delayed: 0, refused: 0, failedAfterSend: 0 };
      for (const { faults } of reports())
        for (const name of Object.keys(sum) as (keyof FaultCounts)[]) sum[name] += faults[name];
      return sum;
    },
    memory: () => Math.max(...reports().map(({ memory }) => memory)),
    close: end,
  };
}
