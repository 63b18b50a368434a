import type { Catcher, Json } from "../asl.ts";
import { handlerOf, retryDelayMs, StateFailure } from "../failure.ts";
import { lastEventIn } from "../projection.ts";
import { evaluateTemplate } from "../query/index.ts";
import type { Failure } from "../records.ts";
import { combine, leave, leaveJsonata } from "./fields.ts";
import { type Exit, type Frame, scopeOf } from "./frame.ts";
import { failureFrom, writeExit } from "./leave.ts";
import { sleepUntil } from "./wait.ts";

/**
 * Runs a state with Retry and Catch, from its recorded point; `work` returns its result. Records how it was left; throws
 * `StateFailure` when no retrier and no catcher takes its failure.
 */
export async function recovering(frame: Frame, work: (frame: Frame) => Promise<Json>): Promise<void> {
  for (;;) {
    try {
      writeExit(frame, await leave(frame, await resultOf(frame, work)));
      return;
    } catch (cause) {
      const failure = failureFrom(frame, cause);
      if (retry(frame, failure)) continue;
      close(frame, failure);
      const caught = await exitCaught(frame, failure);
      if (!caught) throw new StateFailure(failure);
      return writeExit(frame, caught.exit);
    }
  }
}

async function resultOf(frame: Frame, work: (frame: Frame) => Promise<Json>): Promise<Json> {
  const { position } = frame.visit;
  if (position.at === "succeeded") return position.result;
  if (position.at === "failed") throw new StateFailure(position.failure);
  if (position.at === "backoff") await sleepUntil(frame.around.clock, position.until, frame.signal);
  return work(frame);
}

/** Records the next attempt, if a retrier matches the failure and has attempts left. */
function retry(frame: Frame, failure: Failure): boolean {
  const { around, execution, flow, state, visit } = frame;
  if (visit.position.at === "failed" && visit.position.final) return false;
  const found = handlerOf(state.Retry, failure);
  if (!found) return false;
  const delay = retryDelayMs(found.handler, visit.retries[found.index] ?? 0, around.random);
  if (delay === undefined) return false;
  execution.note(flow, {
    kind: "retry",
    flow: flow.id,
    retrier: found.index,
    until: around.clock.now() + delay,
  });
  return true;
}

/** A started Parallel or Map, or one with invalid fields, records its failure before it is caught or fails. */
function close(frame: Frame, failure: Failure): void {
  const { execution, flow, state, visit } = frame;
  if (state.Type === "Task") return;
  const { position } = visit;
  const isOpen = position.at === "children" || (position.at === "failed" && !position.final);
  if (!isOpen) return;
  execution.write(flow, `${state.Type}StateFailed`, undefined, {
    memo: { failure },
    previous: lastEventIn(flow),
  });
}

/** The catcher that takes a failure, its target and its input; undefined if there is none. */
export async function exitCaught(
  frame: Frame,
  failure: Failure,
): Promise<{ readonly exit: Exit; readonly index: number } | undefined> {
  const found = handlerOf(frame.state.Catch, failure);
  if (!found) return undefined;
  const errorOutput = { Error: failure.error ?? "", Cause: failure.cause ?? "" };
  try {
    return { exit: await exitBy(frame, found.handler, errorOutput), index: found.index };
  } catch (cause) {
    throw new StateFailure(failureFrom(frame, cause));
  }
}

async function exitBy(frame: Frame, catcher: Catcher, errorOutput: Json): Promise<Exit> {
  if (frame.language === "JSONata") {
    return leaveJsonata(frame, catcher, { errorOutput }, errorOutput, catcher.Next);
  }
  const { Assign } = catcher;
  return {
    output: combine(catcher.ResultPath, frame.visit.input, errorOutput),
    ...(Assign && {
      assigned: evaluateTemplate(Assign, errorOutput, scopeOf(frame)) as Record<string, Json>,
    }),
    next: catcher.Next,
  };
}
