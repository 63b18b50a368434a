import type { Clock } from "../../clock/clock.ts";
import type { Json } from "../asl.ts";
import { Cancelled } from "../failure.ts";
import { evaluateTemplate, parseTimestamp, readPath } from "../query/index.ts";
import { evaluate, evaluateTo, evaluationFailed, inputOf, leaveJsonata, throughPath } from "./fields.ts";
import { type Exit, type Frame, failRuntime, scopeOf } from "./frame.ts";

const MAX_WAIT_SECONDS = 99_999_999;

/** Wait: until a number of seconds after it was entered or redriven, or until a time. */
export async function runWait(frame: Frame): Promise<Exit> {
  const { around, execution, flow, visit, state } = frame;
  if (visit.position.at !== "waiting") {
    const until = await untilWhen(frame);
    execution.note(flow, { kind: "wait", flow: flow.id, until });
  }
  if (visit.position.at === "waiting") await sleepUntil(around.clock, visit.position.until, frame.signal);
  if (frame.language === "JSONata") return leaveJsonata(frame, state, {}, visit.input, state.Next);
  const input = inputOf(frame);
  const { Assign, Next } = state;
  return {
    output: throughPath(state.OutputPath, input, frame),
    ...(Assign && { assigned: evaluateTemplate(Assign, input, scopeOf(frame)) as Record<string, Json> }),
    ...(Next !== undefined && { next: Next }),
  };
}

async function untilWhen(frame: Frame): Promise<number> {
  const { state, visit } = frame;
  if (state.SecondsPath !== undefined) return visit.begunAt + 1000 * secondsAt(frame, state.SecondsPath);
  if (state.TimestampPath !== undefined) return timestampAt(frame, state.TimestampPath);
  if (state.Timestamp !== undefined) return timestamp(frame, state.Timestamp);
  if (typeof state.Seconds !== "string") return visit.begunAt + 1000 * (state.Seconds ?? 0);
  const seconds = await evaluateTo(frame, "Seconds", state.Seconds, "number", isNumber);
  if (isDelay(seconds)) return visit.begunAt + 1000 * seconds;
  const detail = `The JSONata expression '${state.Seconds.slice(2, -2).trim()}' specified for the field 'Seconds' returned a number that is not an integer from 0 to ${MAX_WAIT_SECONDS}: ${seconds}`;
  throw evaluationFailed(frame, "Seconds", "States.QueryEvaluationError", detail);
}

function secondsAt(frame: Frame, path: string): number {
  const seconds = readPath(path, inputOf(frame), scopeOf(frame));
  if (!isNumber(seconds) || !Number.isInteger(seconds)) {
    return failRuntime(
      frame,
      `The SecondsPath parameter cannot be parsed as a long value: ${path} == ${show(seconds)}`,
    );
  }
  if (seconds < 0) {
    return failRuntime(frame, `The SecondsPath parameter references a negative value: ${path} == ${seconds}`);
  }
  if (isDelay(seconds)) return seconds;
  return failRuntime(frame, `The SecondsPath parameter references too large a value: ${path} == ${seconds}`);
}

function timestampAt(frame: Frame, path: string): number {
  const value = readPath(path, inputOf(frame), scopeOf(frame));
  const time = parseTimestamp(value);
  if (time !== undefined) return time;
  return failRuntime(
    frame,
    `The TimestampPath parameter does not reference a valid ISO-8601 extended offset date-time format string: ${path} == ${show(value)}`,
  );
}

async function timestamp(frame: Frame, template: string): Promise<number> {
  const value = frame.language === "JSONata" ? await evaluate(frame, "Timestamp", template) : template;
  const time = parseTimestamp(value);
  if (time !== undefined) return time;
  const detail = `The Timestamp field cannot be parsed as an ISO-8601 extended offset date-time format string: ${show(value)}`;
  if (frame.language === "JSONPath") return failRuntime(frame, detail);
  throw evaluationFailed(frame, "Timestamp", "States.QueryEvaluationError", detail);
}

function show(value: Json): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function isNumber(value: Json): value is number {
  return typeof value === "number";
}

function isDelay(seconds: number): boolean {
  return Number.isInteger(seconds) && seconds >= 0 && seconds <= MAX_WAIT_SECONDS;
}

/** Waits until a time in milliseconds since the epoch; throws `Cancelled` when the signal is aborted. */
export function sleepUntil(clock: Clock, until: number, signal: AbortSignal): Promise<void> {
  return new Promise((done, fail) => {
    if (signal.aborted) return fail(new Cancelled());
    const cancel = clock.after(Math.max(0, until - clock.now()), () => {
      signal.removeEventListener("abort", abort);
      done();
    });
    const abort = () => {
      cancel();
      fail(new Cancelled());
    };
    signal.addEventListener("abort", abort, { once: true });
  });
}
