import type { Json } from "../asl.ts";
import { NOT_SERVED, StateFailure } from "../failure.ts";
import { lastEventIn } from "../projection.ts";
import { evaluateTemplate } from "../query/index.ts";
import { type RunFlow, runChildren } from "./children.ts";
import { evaluate, inputOf } from "./fields.ts";
import { contextOf, type Frame, scopeOf } from "./frame.ts";
import { batched } from "./item-batcher.ts";
import { readItems } from "./item-reader.ts";
import {
  concurrencyOf,
  isDistributed,
  itemsOf,
  limitsOf,
  type MapLimits,
  thresholdFailure,
  tolerates,
} from "./map-fields.ts";
import { joined } from "./parallel.ts";
import { writeResults } from "./result-writer.ts";

/** Map: runs its processor on each item; the result is the list of their results, in the order of the items. */
export async function runMap(frame: Frame, runFlow: RunFlow): Promise<Json> {
  const { execution, flow, visit } = frame;
  const limits = await limitsOf(frame);
  if (visit.position.at !== "children") {
    const items = isDistributed(frame.state) ? await distributedItems(frame) : await itemsOf(frame);
    execution.write(flow, "MapStateStarted", { length: items.length }, { memo: { items } });
  }
  const items = visit.items ?? [];
  await runChildren(frame, items.length, concurrencyOf(limits, frame.state), (index, signal) =>
    runIteration(frame, index, limits, signal, runFlow),
  );
  const writer = isDistributed(frame.state) ? frame.state.ResultWriter : undefined;
  const memo = writer ? { memo: { result: await writeResults(frame, writer) } } : {};
  execution.write(flow, "MapStateSucceeded", undefined, { previous: lastEventIn(flow), ...memo });
  return joined(frame);
}

async function runIteration(
  frame: Frame,
  index: number,
  limits: MapLimits,
  signal: AbortSignal,
  runFlow: RunFlow,
): Promise<void> {
  const { around, execution, visit } = frame;
  const details = { name: visit.name, index };
  if (!visit.children[index]) {
    const item = visit.items?.[index];
    const isBatch = isDistributed(frame.state) && frame.state.ItemBatcher !== undefined;
    const input = isBatch ? item : await itemInput(frame, index, item);
    execution.write(frame.flow, "MapIterationStarted", details, {
      memo: { input },
      previous: visit.startedId ?? 0,
    });
  }
  const iteration = visit.children[index];
  if (!iteration || iteration.settled === "succeeded") return;
  try {
    if (iteration.settled === "failed") throw new StateFailure(iteration.failure ?? {});
    await runFlow(around, execution, iteration, signal);
    execution.write(iteration, "MapIterationSucceeded", details);
  } catch (cause) {
    if (!(cause instanceof StateFailure)) throw cause;
    if (!iteration.settled) {
      execution.write(iteration, "MapIterationFailed", details, {
        memo: { failure: cause.failure },
        previous: lastEventIn(iteration),
      });
    }
    tolerate(frame, limits, cause);
  }
}

/** Tolerates a failed iteration, while the Map's limit is not exceeded. */
function tolerate(frame: Frame, limits: MapLimits, failure: StateFailure): void {
  if (failure.failure.error === NOT_SERVED) throw failure;
  if (!tolerates(limits) && !isDistributed(frame.state)) throw failure;
  const { children, items } = frame.visit;
  const failed = children.filter((child) => child?.settled === "failed").length;
  // A distributed Map without a limit tolerates no failure.
  const bounds = tolerates(limits) ? limits : { ...limits, toleratedFailureCount: 0 };
  const exceeded = thresholdFailure(bounds, items?.length ?? 0, failed);
  if (exceeded) throw exceeded;
}

/** The items of a distributed Map: from its reader, or as for any Map; combined into batches if it has a batcher. */
async function distributedItems(frame: Frame): Promise<readonly Json[]> {
  const { ItemReader: reader, ItemBatcher: batcher } = frame.state;
  const items = reader ? await readItems(frame, reader) : await itemsOf(frame);
  if (!batcher) return items;
  const selected: Json[] = [];
  for (const [index, item] of items.entries()) selected.push(await itemInput(frame, index, item));
  return batched(frame, batcher, selected);
}

/** The input of an iteration: its item, or the result of `ItemSelector`. */
export async function itemInput(frame: Frame, index: number, item: Json): Promise<Json> {
  const selector = frame.state.ItemSelector ?? frame.state.Parameters;
  if (selector === undefined) return item;
  const context = contextOf(frame, { Map: { Item: { Index: index, Value: item } } });
  return frame.language === "JSONata"
    ? evaluate(frame, "ItemSelector", selector, {}, context)
    : evaluateTemplate(selector, inputOf(frame), scopeOf(frame, context));
}
