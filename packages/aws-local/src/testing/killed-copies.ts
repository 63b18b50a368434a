import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ExecutionRecord } from "../states/records.ts";
import { type stage, temporaryDirectory } from "./states-stage.ts";

/** What a kill left of a directory that held one execution. */
export interface KilledCopy {
  readonly directory: string;
  readonly records: readonly ExecutionRecord[];
  /** The tokens that were known. */
  readonly tokens: Set<string>;
  /** The time of the last event, in milliseconds. */
  readonly now: number;
}

/** Copies of the directory of one execution as a kill after each of its records would have left it. */
export async function* killedCopies(directory: string): AsyncGenerator<KilledCopy> {
  const [file = ""] = await readdir(join(directory, "executions"));
  const lines = (await readFile(join(directory, "executions", file), "utf8")).trimEnd().split("\n");
  for (let length = 2; length < lines.length; length++) {
    const kept = lines.slice(0, length);
    const copy = await temporaryDirectory();
    await mkdir(join(copy, "executions"));
    await writeFile(join(copy, "executions", file), `${kept.join("\n")}\n`);
    const records = kept.map((line) => JSON.parse(line) as ExecutionRecord);
    const events = records.flatMap((record) => (record.kind === "event" ? [record] : []));
    yield {
      directory: copy,
      records,
      tokens: new Set(events.flatMap(({ memo }) => (memo?.token === undefined ? [] : [memo.token]))),
      now: events.at(-1)?.event.timestamp ?? 0,
    };
  }
}

/** The names of the states that were entered, in the order of the alphabet. */
export function entered(history: Awaited<ReturnType<ReturnType<typeof stage>["history"]>>): string[] {
  return history
    .filter((event) => event.type.endsWith("StateEntered"))
    .map((event) => (event.stateEnteredEventDetails as { name: string }).name)
    .sort();
}
