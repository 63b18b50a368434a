/** What a process answers: functions of things that JSON can carry, promises allowed. */
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

/** In bytes, after a collection of garbage. */
export interface Memory {
  readonly rss: number;
  readonly heap: number;
}

const END_MS = 25_000;

/**
 * Answers the commands of the process that has started this one, and ends when that one lets go or dies, so that no
 * load outlives the bench. `end` comes before.
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
  // What a terminal sends to all at once ends the bench, and that ends the others in good order.
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
