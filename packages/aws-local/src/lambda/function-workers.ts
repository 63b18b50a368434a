import { Worker } from "node:worker_threads";
import type { Clock } from "../clock/clock.ts";

/** The context of an invocation, without the remaining time. */
type Context = Readonly<Record<string, unknown>>;

export interface WorkersOptions {
  /** The address of the function's module. */
  readonly url: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly clock: Clock;
}

/** Threads that run one function, each one event at a time. */
export interface Workers {
  /** Rejects with the handler's error, by its name and message, or with how its thread ended. */
  run(event: unknown, context: Context): Promise<unknown>;
  /** Starts nothing more; running events finish. */
  retire(): void;
  close(): Promise<void>;
}

/** Events of one function that run at the same time; more wait. */
const MAX_WORKERS = 10;

/** A message of a thread. */
type ThreadMessage =
  | { readonly result: string | undefined }
  | {
      readonly error: { readonly name: string; readonly message: string };
      /** The module could not be loaded, and this thread cannot load it a second time. */
      readonly isUnloaded: boolean;
    };

/**
 * Loads the module and answers events. It is text, so that every bundle contains it. A handler may be asynchronous,
 * return its result at once, or take a callback.
 */
const PROGRAM = `
const { parentPort, workerData } = require("node:worker_threads");
const named = (cause) => cause instanceof Error
  ? { name: cause.name, message: cause.message }
  : { name: typeof cause, message: String(cause) };
const loading = import(workerData.url).then((module) => {
  const handler = module.handler ?? module.default?.handler;
  if (typeof handler === "function") return { handler };
  const error = new Error("the module exports no function named handler");
  error.name = "Runtime.HandlerNotFound";
  return { error };
}, (error) => ({ error }));
parentPort.on("message", async ({ event, context, timeoutMs }) => {
  const deadline = performance.now() + timeoutMs;
  const { handler, error } = await loading;
  try {
    if (error) throw error;
    const told = { ...context, getRemainingTimeInMillis: () => Math.max(0, Math.round(deadline - performance.now())) };
    const result = handler.length < 3
      ? await handler(event, told)
      : await new Promise((resolve, reject) => {
          const answer = handler(event, told, (cause, value) => (cause ? reject(cause) : resolve(value)));
          if (typeof answer?.then === "function") answer.then(resolve, reject);
        });
    parentPort.postMessage({ result: JSON.stringify(result) });
  } catch (cause) {
    // As on Lambda, it is in the function's own log.
    console.error(cause);
    parentPort.postMessage({ error: named(cause), isUnloaded: error !== undefined });
  }
});
`;

export function createWorkers({ url, environment, timeoutMs, clock }: WorkersOptions): Workers {
  const idle: Worker[] = [];
  const all = new Set<Worker>();
  const waiting: ((worker: Worker) => void)[] = [];
  let isRetired = false;

  const start = (): Worker => {
    const worker = new Worker(PROGRAM, {
      eval: true,
      env: { ...environment },
      workerData: { url },
      stdout: true,
    });
    // Keep it out of stdout, which another program may read.
    worker.stdout.on("data", (text) => void process.stderr.write(text));
    all.add(worker);
    const forget = () => {
      all.delete(worker);
      if (idle.includes(worker)) idle.splice(idle.indexOf(worker), 1);
    };
    // A running event gets this error; an idle thread has failed nobody. It has not ended yet, but will.
    worker.on("error", forget);
    worker.once("exit", () => {
      forget();
      if (waiting.length > 0) waiting.shift()!(start());
    });
    worker.unref();
    return worker;
  };
  const take = async (): Promise<Worker> => {
    const free = idle.pop();
    if (free) return free;
    if (all.size < MAX_WORKERS) return start();
    return new Promise((turn) => waiting.push(turn));
  };
  /** A waiting event gets another thread when this one has ended. */
  const drop = (worker: Worker) => {
    all.delete(worker);
    void worker.terminate();
  };
  const giveBack = (worker: Worker) => {
    if (!all.has(worker)) return;
    const next = waiting.shift();
    if (next) next(worker);
    else if (isRetired) void worker.terminate();
    else {
      worker.unref();
      idle.push(worker);
    }
  };

  return {
    async run(event, context) {
      const worker = await take();
      worker.ref();
      const over = new AbortController();
      const cancel = clock.after(timeoutMs, () => void worker.terminate());
      try {
        return await new Promise((resolve, reject) => {
          const { signal } = over;
          const listen = (type: string, told: (value: unknown) => void) => {
            worker.on(type, told);
            signal.addEventListener("abort", () => worker.off(type, told), { once: true });
          };
          listen("message", (value) => {
            const message = value as ThreadMessage;
            if ("error" in message) {
              if (message.isUnloaded) drop(worker);
              reject(Object.assign(new Error(message.error.message), { name: message.error.name }));
            } else resolve(message.result === undefined ? undefined : JSON.parse(message.result));
          });
          listen("error", reject);
          listen("exit", (code) => reject(ended(code as number)));
          worker.postMessage({ event, context, timeoutMs });
        });
      } finally {
        over.abort();
        cancel();
        giveBack(worker);
      }
    },
    retire() {
      isRetired = true;
      for (const worker of idle.splice(0)) void worker.terminate();
    },
    async close() {
      isRetired = true;
      waiting.length = 0;
      await Promise.all([...all].map((worker) => worker.terminate()));
    },
  };
}

function ended(code: number): Error {
  const error = new Error(`Runtime exited with error: exit status ${code}`);
  error.name = "Runtime.ExitError";
  return error;
}
