import { type ChildProcess, spawn } from "node:child_process";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";

/** Operations of a child process, by name. */
export type Operations = Readonly<Record<string, () => unknown>>;

type Call = { readonly id: number; readonly name: string };
type Answer = { readonly re: number; readonly result?: unknown; readonly failure?: string };

/** A process of the soak that answers calls, and sends a report every half second. */
export interface Child<Ops extends Operations, Report> {
  readonly pid: number;
  /** Rejects when the operation fails or the process ends before its answer. */
  call<Name extends keyof Ops & string>(name: Name): Promise<Awaited<ReturnType<Ops[Name]>>>;
  /** Its last report. */
  readonly report: Report | undefined;
  /** The end of its output. */
  readonly output: string;
  readonly ended: Promise<void>;
  kill(): void;
}

const KEPT_OUTPUT = 8_000;
const REPORT_EVERY_MS = 500;
const root = fileURLToPath(new URL("../..", import.meta.url));

/** Starts a program of the soak in a process of its own, with an argument that JSON can represent. */
export function startChild<Ops extends Operations, Report>(
  path: string,
  argument: unknown,
): Child<Ops, Report> {
  const child = spawn(process.execPath, [path, JSON.stringify(argument)], {
    cwd: root,
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    env: { PATH: process.env.PATH, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true" },
  });
  return attend(child, basename(path));
}

function attend<Ops extends Operations, Report>(child: ChildProcess, file: string): Child<Ops, Report> {
  const waiting = new Map<number, { done(result: unknown): void; fail(cause: Error): void }>();
  let calls = 0;
  let report: Report | undefined;
  let output = "";
  for (const stream of [child.stdout!, child.stderr!])
    stream.setEncoding("utf8").on("data", (text: string) => {
      output = (output + text).slice(-KEPT_OUTPUT);
    });
  child.on("message", (message: Answer | { report: Report }) => {
    if ("report" in message) {
      report = message.report;
      return;
    }
    const call = waiting.get(message.re);
    waiting.delete(message.re);
    if (message.failure === undefined) call?.done(message.result);
    else call?.fail(new Error(`${file}: ${message.failure}`));
  });
  let over = false;
  const ended = new Promise<void>((resolve) => {
    child.once("close", (code, signal) => {
      over = true;
      for (const { fail } of waiting.values())
        fail(new Error(`${file} ended with ${signal ?? code}: ${output}`));
      waiting.clear();
      resolve();
    });
  });
  return {
    pid: child.pid!,
    call: (name) =>
      new Promise((done, fail) => {
        const id = ++calls;
        waiting.set(id, { done: done as (result: unknown) => void, fail });
        if (over) fail(new Error(`${file} has ended: ${output}`));
        else child.send({ id, name } satisfies Call, (cause) => cause && fail(cause));
      }),
    get report() {
      return report;
    },
    get output() {
      return output;
    },
    ended,
    kill: () => void child.kill("SIGKILL"),
  };
}

/** The other side: answers the parent's calls, and ends with the parent. */
export function answerCalls<Report>(operations: Operations, report: () => Report): void {
  const send = (message: Answer | { report: Report }) => void process.send?.(message, () => {});
  process.on("message", async ({ id, name }: Call) => {
    try {
      send({ re: id, result: await operations[name]!() });
    } catch (cause) {
      send({ re: id, failure: cause instanceof Error ? (cause.stack ?? cause.message) : String(cause) });
    }
  });
  // Ctrl-C reaches the whole process group; the parent decides when to end.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => {});
  process.on("disconnect", () => process.exit());
  setInterval(() => send({ report: report() }), REPORT_EVERY_MS).unref();
}

/** The argument of `startChild`. */
export const givenArgument = <T>(): T => JSON.parse(process.argv[2]!) as T;
