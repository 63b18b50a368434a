import type { Json } from "../asl.ts";
import { StateFailure } from "../failure.ts";
import { evaluateTemplate, QueryError, readPath } from "../query/index.ts";
import {
  evaluate,
  inputOf,
  inspected,
  leaveJsonata,
  leaveJsonPath,
  parametersOf,
  throughPath,
} from "./fields.ts";
import { type Exit, type Frame, failRuntime, scopeOf } from "./frame.ts";

/** Pass: its `Result`, or its input. */
export async function runPass(frame: Frame): Promise<Exit> {
  const { state, visit } = frame;
  if (frame.language === "JSONata") return leaveJsonata(frame, state, {}, visit.input, state.Next);
  const result =
    state.Result === undefined
      ? parametersOf(frame, inputOf(frame))
      : inspected(frame, "result", state.Result);
  return leaveJsonPath(frame, result, state.Next);
}

/** Succeed: ends its flow with success. */
export async function runSucceed(frame: Frame): Promise<Exit> {
  const { state, visit } = frame;
  if (frame.language === "JSONata") return leaveJsonata(frame, state, {}, visit.input, undefined);
  return { output: throughPath(state.OutputPath, inputOf(frame), frame) };
}

/** Fail: ends its flow with its error and cause, if it has any. */
export async function runFail(frame: Frame): Promise<never> {
  const { state } = frame;
  const error = await textOf(frame, "Error", state.Error, state.ErrorPath);
  const cause = await textOf(frame, "Cause", state.Cause, state.CausePath);
  throw new StateFailure({
    ...(error !== undefined && { error }),
    ...(cause !== undefined && { cause }),
  });
}

async function textOf(
  frame: Frame,
  field: "Error" | "Cause",
  value: string | undefined,
  path: string | undefined,
): Promise<string | undefined> {
  const found = await fieldOf(frame, field, value, path);
  if (found === undefined || typeof found === "string") return found;
  return failRuntime(frame, `The ${field} field must be a string but was: ${JSON.stringify(found)}`);
}

async function fieldOf(
  frame: Frame,
  field: string,
  value: string | undefined,
  path: string | undefined,
): Promise<Json> {
  if (path === undefined) {
    return frame.language === "JSONata" && value !== undefined ? evaluate(frame, field, value) : value;
  }
  const { input } = frame.visit;
  if (!path.startsWith("$")) {
    return (evaluateTemplate({ "value.$": path }, input, scopeOf(frame)) as { value: Json }).value;
  }
  try {
    return readPath(path, input, scopeOf(frame));
  } catch (cause) {
    if (!(cause instanceof QueryError)) throw cause;
    return failRuntime(
      frame,
      `The JSONPath '${path}' specified for the field '${field}Path' could not be found in the input '${JSON.stringify(input)}'`,
    );
  }
}
