import type { Json } from "../asl.ts";
import { StateFailure } from "../failure.ts";
import { evaluateJsonata, evaluateTemplate, QueryError, readPath, writePath } from "../query/index.ts";
import { contextOf, type Exit, type Frame, failureIn, type InspectedField, scopeOf } from "./frame.ts";

/** The members of `$states` besides `context`. */
export interface States {
  readonly input?: Json;
  readonly result?: Json;
  readonly errorOutput?: Json;
}

/** Evaluates a JSONata field. A failure is recorded as EvaluationFailed and becomes the state's failure. */
export async function evaluate(
  frame: Frame,
  field: string,
  template: Json,
  states: States = {},
  context = contextOf(frame),
): Promise<Json> {
  try {
    return await evaluateJsonata(
      template,
      {
        states: { input: frame.visit.input, ...states, context },
        variables: scopeOf(frame, context).variables,
      },
      field,
    );
  } catch (cause) {
    if (!(cause instanceof QueryError)) throw cause;
    throw evaluationFailed(frame, field, cause.error, cause.detail);
  }
}

/** Evaluates a JSONata field whose value must pass `check`. */
export async function evaluateTo<T extends Json>(
  frame: Frame,
  field: string,
  template: Json,
  kind: string,
  check: (value: Json) => value is T,
  states?: States,
): Promise<T> {
  const value = await evaluate(frame, field, template, states);
  if (check(value)) return value;
  const source = typeof template === "string" ? template.slice(2, -2).trim() : JSON.stringify(template);
  const detail =
    `The JSONata expression '${source}' specified for the field '${field}' returned an unexpected result type. ` +
    `Expected '${kind}', but was '${kindOf(value)}' for value: ${JSON.stringify(value)}`;
  throw evaluationFailed(frame, field, "States.QueryEvaluationError", detail);
}

/** Records that a field of a state could not be evaluated, and returns the failure to throw. */
export function evaluationFailed(frame: Frame, field: string, error: string, detail: string): StateFailure {
  const failure = failureIn(frame, error, detail);
  const location = /specified for the field '([^']+)'/.exec(detail)?.[1] ?? field;
  frame.execution.write(frame.flow, "EvaluationFailed", {
    error: failure.error,
    cause: failure.cause,
    location,
    state: frame.visit.name,
  });
  return new StateFailure(failure);
}

function kindOf(value: Json): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "array" : typeof value;
}

/** JSONPath: the state's input after `InputPath`. */
export function inputOf(frame: Frame): Json {
  return inspected(frame, "afterInputPath", throughPath(frame.state.InputPath, frame.visit.input, frame));
}

/** JSONPath: the effective input after `Parameters`. */
export function parametersOf(frame: Frame, input: Json, context = contextOf(frame)): Json {
  const { Parameters } = frame.state;
  const parameters =
    Parameters === undefined ? input : evaluateTemplate(Parameters, input, scopeOf(frame, context));
  return inspected(frame, "afterParameters", parameters);
}

/** Reports the value of a field to TestState. */
export function inspected<T extends Json>(frame: Frame, field: InspectedField, value: T): T {
  frame.probe?.inspect(field, value);
  return value;
}

/** JSONPath: the state's output, from its work's `result`. */
export function leaveJsonPath(frame: Frame, result: Json, next: string | undefined): Exit {
  const { ResultSelector, ResultPath, OutputPath, Assign } = frame.state;
  const scope = scopeOf(frame);
  const selected = inspected(
    frame,
    "afterResultSelector",
    ResultSelector === undefined ? result : evaluateTemplate(ResultSelector, result, scope),
  );
  const combined = inspected(frame, "afterResultPath", combine(ResultPath, frame.visit.input, selected));
  return {
    output: throughPath(OutputPath, combined, frame),
    ...(Assign && { assigned: evaluateTemplate(Assign, selected, scope) as Record<string, Json> }),
    ...(next !== undefined && { next }),
  };
}

/** JSONPath: inserts a result into an input by a `ResultPath`. */
export function combine(path: string | null | undefined, input: Json, result: Json): Json {
  if (path === null) return input;
  return path === undefined || path === "$" ? result : writePath(path, input, result);
}

/** JSONPath: the part that `InputPath` or `OutputPath` selects. */
export function throughPath(path: string | null | undefined, value: Json, frame: Frame): Json {
  if (path === null) return {};
  return path === undefined || path === "$" ? value : readPath(path, value, scopeOf(frame));
}

/** JSONata: the state's output; `fallback` is used without an `Output` field. */
export async function leaveJsonata(
  frame: Frame,
  fields: { readonly Output?: Json; readonly Assign?: Readonly<Record<string, Json>> },
  states: States,
  fallback: Json,
  next: string | undefined,
): Promise<Exit> {
  // Both see the variables as they were when the state was entered.
  const output =
    fields.Output === undefined ? fallback : await evaluate(frame, "Output", fields.Output, states);
  const assigned =
    fields.Assign && ((await evaluate(frame, "Assign", fields.Assign, states)) as Record<string, Json>);
  return { output, ...(assigned && { assigned }), ...(next !== undefined && { next }) };
}

/** The output of a Task, Parallel or Map, from its work's `result`. */
export async function leave(frame: Frame, result: Json): Promise<Exit> {
  const { state } = frame;
  return frame.language === "JSONata"
    ? leaveJsonata(frame, state, { result }, result, state.Next)
    : leaveJsonPath(frame, result, state.Next);
}

/** The input of a Task's or Parallel's work: `Arguments`, or `InputPath` and `Parameters`. */
export async function argumentsOf(frame: Frame, context = contextOf(frame)): Promise<Json> {
  if (frame.language === "JSONPath") return parametersOf(frame, inputOf(frame), context);
  const { Arguments } = frame.state;
  const given =
    Arguments === undefined ? frame.visit.input : await evaluate(frame, "Arguments", Arguments, {}, context);
  return inspected(frame, "afterArguments", given);
}
