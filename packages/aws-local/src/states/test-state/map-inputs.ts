import { setImmediate as nextTurn } from "node:timers/promises";
import type { Json } from "../../json.ts";
import { Cancelled } from "../failure.ts";
import { LARGEST_DATA } from "../history.ts";
import { evaluateTemplate } from "../query/index.ts";
import { evaluate, inputOf, inspected } from "../run/fields.ts";
import { type Frame, scopeOf } from "../run/frame.ts";
import { itemInput } from "../run/map.ts";
import { integerOf } from "../run/map-fields.ts";

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
  return inspected(frame, "afterItemBatcher", await batchesOf(frame, inputs)).length;
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

/** https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itembatcher.html */
async function batchesOf(frame: Frame, inputs: readonly Json[]): Promise<readonly Json[]> {
  const { BatchInput, ...limits } = frame.state.ItemBatcher ?? {};
  const { MaxItemsPerBatch, MaxItemsPerBatchPath, MaxInputBytesPerBatch, MaxInputBytesPerBatchPath } = limits;
  const field = (name: string) => `ItemBatcher/${name}`;
  const mostItems = await integerOf(frame, field("MaxItemsPerBatch"), MaxItemsPerBatch, MaxItemsPerBatchPath);
  const mostBytes = await integerOf(
    frame,
    field("MaxInputBytesPerBatch"),
    MaxInputBytesPerBatch,
    MaxInputBytesPerBatchPath,
  );
  const shared = BatchInput === undefined ? {} : { BatchInput: await sharedInput(frame, BatchInput) };
  const batches: Json[] = [];
  let items: Json[] = [];
  const close = () => {
    if (items.length > 0) batches.push({ ...shared, Items: items });
    items = [];
  };
  let bytes = 0;
  const emptyBytes = sizeOf({ ...shared, Items: [] });
  for (const input of inputs) {
    const more = sizeOf(input) + 1;
    if (items.length >= (mostItems || Infinity) || emptyBytes + bytes + more > (mostBytes || Infinity)) {
      close();
      bytes = 0;
    }
    items.push(input);
    bytes += more;
  }
  close();
  return batches;
}

const sharedInput = (frame: Frame, template: Json): Promise<Json> | Json =>
  frame.language === "JSONata"
    ? evaluate(frame, "ItemBatcher/BatchInput", template)
    : evaluateTemplate(template, inputOf(frame), scopeOf(frame));

const sizeOf = (value: Json): number => Buffer.byteLength(JSON.stringify(value ?? null));
