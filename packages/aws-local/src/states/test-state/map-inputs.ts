import { setImmediate as nextTurn } from "node:timers/promises";
import type { Json } from "../../json.ts";
import { Cancelled } from "../failure.ts";
import { LARGEST_DATA } from "../history.ts";
import { inspected } from "../run/fields.ts";
import type { Frame } from "../run/frame.ts";
import { batched } from "../run/item-batcher.ts";
import { itemInput } from "../run/map.ts";

/** Items that are looked at before others have a turn. */
const ITEMS_A_TURN = 200;

/**
 * Evaluates what the iterations of a Map begin with, shows it, and gives how many there are: one an item or, with an
 * ItemBatcher, one a batch. What is larger than a state may carry is not shown, nor put into batches.
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
    // Each is evaluated, so that none fails unseen.
    const input = await itemInput(frame, index, item);
    size += Buffer.byteLength(JSON.stringify(input ?? null));
    if (size <= LARGEST_DATA) inputs.push(input);
  }
  return size <= LARGEST_DATA ? inputs : undefined;
}
