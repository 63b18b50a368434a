import type { Json } from "../../json.ts";

/** What a query may refer to besides its input: the context object (`$$`) and the workflow's variables (`$name`). */
export interface Scope {
  readonly context: Json;
  readonly variables: Readonly<Record<string, Json>>;
}

/**
 * A query that failed while it was evaluated. `error` is the name that Retry and Catch match
 * (`States.QueryEvaluationError`, `States.Runtime`, `States.IntrinsicFailure`, `States.ResultPathMatchFailure`);
 * `detail` is the sentence that Step Functions puts into the cause, after the name of the state.
 */
export class QueryError extends Error {
  readonly error: string;
  readonly detail: string;

  constructor(error: string, detail: string, options?: ErrorOptions) {
    super(`${error}: ${detail}`, options);
    this.name = "QueryError";
    this.error = error;
    this.detail = detail;
  }
}

/** Remembers what `make` gave for the `size` keys used last. */
export function boundedCache<Value>(size: number, make: (key: string) => Value): (key: string) => Value {
  const known = new Map<string, Value>();
  return (key) => {
    const value = known.has(key) ? known.get(key)! : make(key);
    known.delete(key);
    known.set(key, value);
    if (known.size > size) known.delete(known.keys().next().value!);
    return value;
  };
}
