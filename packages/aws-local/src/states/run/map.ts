import type { Json } from "../asl.ts";
import { StateFailure } from "../failure.ts";
import { lastEventIn } from "../projection.ts";
import { evaluateTemplate } from "../query/index.ts";
import { type RunFlow, runChildren } from "./children.ts";
import { evaluate, inputOf } from "./fields.ts";
import { contextOf, type Frame, scopeOf } from "./frame.ts";
import {
  concurrencyOf,
  itemsOf,
  limitsOf,
  type MapLimits,
  thresholdFailure,
  tolerates,
} from "./map-fields.ts";
import { joined } from "./parallel.ts";

/** Map: its processor on each item; the result is the list of what they gave, in the order of the items. */
export async function runMap(frame: Frame, runFlow: RunFlow): Promise<Json> {
  const { execution, flow, visit } = frame;
  const limits = await limitsOf(frame);
  if (visit.position.at !== "children") {
    const items = await itemsOf(frame);
    execution.write(flow, "MapStateStarted", { length: items.length }, { memo: { items } });
  }
  const items = visit.items ?? [];
  await runChildren(frame, items.length, concurrencyOf(limits), (index, signal) =>
    runIteration(frame, index, limits, signal, runFlow),
  );
  execution.write(flow, "MapStateSucceeded", undefined, { previous: lastEventIn(flow) });
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
    const input = await itemInput(frame, index, visit.items?.[index]);
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

/** Lets a failed iteration be, while no more have failed than the Map tolerates. */
function tolerate(frame: Frame, limits: MapLimits, failure: StateFailure): void {
  if (!tolerates(limits)) throw failure;
  const { children, items } = frame.visit;
  const failed = children.filter((child) => child?.settled === "failed").length;
  const exceeded = thresholdFailure(limits, items?.length ?? 0, failed);
  if (exceeded) throw exceeded;
}

/** What an iteration begins with: its item, or what `ItemSelector` makes of it. */
export async function itemInput(frame: Frame, index: number, item: Json): Promise<Json> {
  const { state } = frame;
  const selector = state.ItemSelector ?? state.Parameters;
  if (selector === undefined) return item;
  const context = contextOf(frame, { Map: { Item: { Index: index, Value: item } } });
  return frame.language === "JSONata"
    ? evaluate(frame, "ItemSelector", selector, {}, context)
    : evaluateTemplate(selector, inputOf(frame), scopeOf(frame, context));
}
