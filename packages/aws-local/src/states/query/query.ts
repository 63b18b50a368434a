import type { Json } from "../../json.ts";

/** What a query can use besides its input: the context object (`$$`) and the workflow's variables (`$name`). */
export interface Scope {
  readonly context: Json;
  readonly variables: Readonly<Record<string, Json>>;
}

/**
 * A query that failed. `error` is the name for Retry and Catch (`States.QueryEvaluationError`, `States.Runtime`,
 * `States.IntrinsicFailure`, `States.ResultPathMatchFailure`); `detail` is Step Functions' sentence in the cause, after
 * the name of the state.
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

/** Caches the results of `make` for the `size` most recently used keys. */
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
