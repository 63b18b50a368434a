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
