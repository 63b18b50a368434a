import type { ItemBatcher, Json } from "../asl.ts";
import { StateFailure } from "../failure.ts";
import { MAX_DATA_SIZE } from "../history.ts";
import { evaluateTemplate } from "../query/index.ts";
import { evaluate, inputOf } from "./fields.ts";
import { type Frame, failureIn, scopeOf } from "./frame.ts";
import { integerOf } from "./map-fields.ts";

/** Combines items of a distributed Map into batches, each one item itself: `{BatchInput, Items}`. */
export async function batched(frame: Frame, batcher: ItemBatcher, items: readonly Json[]): Promise<Json[]> {
  const number = (name: "MaxItemsPerBatch" | "MaxInputBytesPerBatch") =>
    integerOf(frame, `ItemBatcher/${name}`, batcher[name], batcher[`${name}Path`]);
  const most = (await number("MaxItemsPerBatch")) || Infinity;
  const bytes = Math.min((await number("MaxInputBytesPerBatch")) || MAX_DATA_SIZE, MAX_DATA_SIZE);
  const shared =
    batcher.BatchInput === undefined ? {} : { BatchInput: await batchInput(frame, batcher.BatchInput) };
  const empty = Buffer.byteLength(JSON.stringify({ ...shared, Items: [] }));
  const batches: { Items: Json[] }[] = [];
  let size = Infinity;
  for (const item of items) {
    const more = Buffer.byteLength(JSON.stringify(item) ?? "null") + 1;
    if (empty + more > bytes) throw tooLarge(frame, bytes);
    if (size + more > bytes || (batches.at(-1)?.Items.length ?? 0) >= most) {
      batches.push({ ...shared, Items: [] });
      size = empty;
    }
    batches.at(-1)!.Items.push(item);
    size += more;
  }
  return batches;
}

async function batchInput(frame: Frame, template: Json): Promise<Json> {
  return frame.language === "JSONata"
    ? evaluate(frame, "ItemBatcher/BatchInput", template)
    : evaluateTemplate(template, inputOf(frame), scopeOf(frame));
}

function tooLarge(frame: Frame, bytes: number): StateFailure {
  return new StateFailure(failureIn(frame, "States.ItemReaderFailed", `An item is over ${bytes} bytes.`));
}
