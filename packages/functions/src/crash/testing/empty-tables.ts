import { deleteRows } from "../../table/batches.ts";
import type { Key } from "../../table/keys.ts";
import type { Row } from "../../table/table.ts";
import type { Engine } from "../../testing/dynamodb.ts";
import { stillClock } from "../../testing/still-clock.ts";

/** Empty tables, by engine: emptying one is faster than creating one. */
export function emptyTables() {
  const empty = new WeakMap<Engine, string[]>();
  return {
    take: async (engine: Engine): Promise<string> => empty.get(engine)?.pop() ?? engine.createTable(),
    async giveBack(engine: Engine, name: string, rows: readonly Row[]): Promise<void> {
      await deleteRows({ name, dynamodb: engine.dynamodb, clock: stillClock() }, rows as unknown as Key[]);
      empty.set(engine, [...(empty.get(engine) ?? []), name]);
    },
  };
}
