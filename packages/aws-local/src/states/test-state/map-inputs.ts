import { setImmediate as nextTurn } from "node:timers/promises";
import type { Json } from "../../json.ts";
import { Cancelled } from "../failure.ts";
import { MAX_DATA_SIZE } from "../history.ts";
import { inspected } from "../run/fields.ts";
import type { Frame } from "../run/frame.ts";
import { batched } from "../run/item-batcher.ts";
import { itemInput } from "../run/map.ts";

/** Items that are processed before others get a turn. */
const ITEMS_A_TURN = 200;

/**
 * Evaluates the inputs of a Map's iterations, shows them, and returns their number: one for each item or, with an
 * ItemBatcher, for each batch. Data over a state's limit are not shown, nor batched.
 */
export async function countIterations(frame: Frame, items: readonly Json[]): Promise<number> {
  const { state } = frame;
  const inputs = await inputsOf(frame, items);
  if (!inputs) return items.length;
  if (state.ItemSelector !== undefined || state.Parameters !== undefined) {
    inspected(frame, "afterItemSelector", inputs);
  }
  if (!state.ItemBatcher) return items.length;
  return inspected(frame, "afterItemBatcher", await batched(frame, state.ItemBatcher, inputs)).length;
}

async function inputsOf(frame: Frame, items: readonly Json[]): Promise<readonly Json[] | undefined> {
  const inputs: Json[] = [];
  let size = 0;
  for (const [index, item] of items.entries()) {
    if (index % ITEMS_A_TURN === 0) await nextTurn();
    if (frame.signal.aborted) throw new Cancelled();
    // All are evaluated, so that a failing one is found.
    const input = await itemInput(frame, index, item);
    size += Buffer.byteLength(JSON.stringify(input ?? null));
    if (size <= MAX_DATA_SIZE) inputs.push(input);
  }
  return size <= MAX_DATA_SIZE ? inputs : undefined;
}
