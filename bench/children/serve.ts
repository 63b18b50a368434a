/** The commands of a process: functions whose inputs and results are JSON; they may return promises. */
export type Commands = { readonly [name: string]: (...input: never[]) => unknown };

export interface Call {
  readonly id: number;
  readonly command: string;
  readonly input: readonly unknown[];
}

export interface Answer {
  readonly re: number;
  readonly value?: unknown;
  readonly error?: string;
}

/** In bytes, after a garbage collection. */
export interface Memory {
  readonly rss: number;
  readonly heap: number;
}

const END_MS = 25_000;

/**
 * Answers the commands of the process that started this one. It ends when that process disconnects or dies, so that no
 * load outlives the bench; `end` is called before.
 */
export function serve(commands: Commands, end: () => unknown = () => {}): void {
  const all: Commands = { ready: () => {}, memory, cpuMs, ...commands };
  process.on("message", async ({ id, command, input }: Call) => {
    const answer = (rest: Omit<Answer, "re">) => process.connected && process.send?.({ re: id, ...rest });
    try {
      answer({ value: await all[command]!(...(input as never[])) });
    } catch (cause) {
      answer({ error: cause instanceof Error ? (cause.stack ?? cause.message) : String(cause) });
    }
  });
  process.once("disconnect", async () => {
    setTimeout(() => process.exit(1), END_MS);
    try {
      await end();
    } finally {
      process.exit();
    }
  });
  // A terminal's signal goes to all processes; the bench ends by it, and then ends the others.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => {});
}

function memory(): Memory {
  globalThis.gc?.();
  const { rss, heapUsed: heap } = process.memoryUsage();
  return { rss, heap };
}

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
