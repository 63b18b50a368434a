import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Answer, Call, Commands, Memory } from "./serve.ts";

export type { Commands } from "./serve.ts";

/** A process that works for the bench. */
export interface Child<C extends Commands> {
  call<N extends keyof C & string>(name: N, ...input: Parameters<C[N]>): Promise<Awaited<ReturnType<C[N]>>>;
  memory(): Promise<Memory>;
  /** Processor time of all its threads so far, in milliseconds. */
  cpuMs(): Promise<number>;
  /** Stops the process; kills it if that takes too long. */
  end(): Promise<void>;
  /** Ends the process at once. */
  kill(): Promise<void>;
}

/** The longest time of a command, in milliseconds; more is a fault. */
const PATIENCE_MS = 600_000;
const END_MS = 30_000;

/**
 * Starts `bench/processes/<name>.ts`. `BENCH_CPU_PROF=<folder>` in the environment has each process write profiles of its
 * processor time into `<folder>/<name>` when it ends.
 */
export async function startChild<C extends Commands>(name: string): Promise<Child<C>> {
  const profiles = process.env.BENCH_CPU_PROF;
  const child = fork(fileURLToPath(new URL(`../processes/${name}.ts`, import.meta.url)), {
    execArgv: [
      ...process.execArgv,
      "--expose-gc",
      // By the name that Node gives: a loader's thread would write over a name of ours.
      ...(profiles ? ["--cpu-prof", `--cpu-prof-dir=${profiles}/${name}`] : []),
    ],
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  const waiting = new Map<number, { done: (value: never) => void; fail: (cause: Error) => void }>();
  let calls = 0;
  const ended = new Promise<void>((resolve) => {
    child.once("exit", (code, signal) => {
      for (const { fail } of waiting.values()) fail(new Error(`${name} has ended (${signal ?? code})`));
      waiting.clear();
      resolve();
    });
  });
  child.on("message", (answer: Answer) => {
    const asked = waiting.get(answer.re);
    waiting.delete(answer.re);
    if (answer.error === undefined) asked?.done(answer.value as never);
    else asked?.fail(new Error(`${name}: ${answer.error}`));
  });

  const call = (command: string, input: readonly unknown[]): Promise<never> =>
    new Promise((done, fail) => {
      const id = ++calls;
      const late = setTimeout(() => {
        waiting.delete(id);
        fail(new Error(`${name}: ${command} takes longer than ${PATIENCE_MS / 1000} s`));
      }, PATIENCE_MS);
      const settle =
        <T>(then: (value: T) => void) =>
        (value: T) => {
          clearTimeout(late);
          then(value);
        };
      waiting.set(id, { done: settle(done), fail: settle(fail) });
      child.send({ id, command, input } satisfies Call, (error) => error && waiting.get(id)?.fail(error));
    });

  await call("ready", []);
  return {
    call: (command, ...input) => call(command, input),
    memory: () => call("memory", []),
    cpuMs: () => call("cpuMs", []),
    async end() {
      if (child.connected) child.disconnect();
      const late = setTimeout(() => child.kill("SIGKILL"), END_MS);
      await ended;
      clearTimeout(late);
    },
    async kill() {
      child.kill("SIGKILL");
      await ended;
    },
  };
}
