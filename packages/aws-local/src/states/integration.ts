/** What a Task state hands to the service that it names. */
export interface IntegrationCall {
  /** The state's `Resource` without its pattern suffix: `arn:aws:states:::events:putEvents`. */
  readonly resource: string;
  /** The evaluated `Arguments` (JSONata) or `Parameters` (JSONPath). */
  readonly arguments: unknown;
  readonly pattern: "request" | "sync" | "waitForTaskToken";
  readonly executionArn: string;
  readonly stateMachineArn: string;
  readonly stateName: string;
  /** Aborted when the state times out, its branch is cancelled or its execution stopped. */
  readonly signal: AbortSignal;
  /** Of a state that is run by itself, whose HTTP is to be shown. */
  readonly trace?: HttpTrace;
}

/** Told what a Task sends and gets over HTTP. */
export interface HttpTrace {
  /** Whether what a connection adds is told, too. */
  readonly revealSecrets: boolean;
  readonly request: (request: TracedRequest) => void;
  readonly response: (response: TracedResponse) => void;
}

/** A request as TestState shows it: `headers` is `[name: value, …]`. */
export interface TracedRequest {
  readonly protocol: string;
  readonly method: string;
  readonly url: string;
  readonly headers: string;
  readonly body?: string;
}

/** A response as TestState shows it: `headers` is `[name: value, …]`. */
interface TracedResponse {
  readonly protocol: string;
  readonly statusCode: string;
  readonly statusMessage: string;
  readonly headers: string;
  readonly body: string;
}

/**
 * A service that a Task state can call. Resolves with the service's answer; a `TaskFailure` is the state's error,
 * anything else thrown becomes `States.TaskFailed`.
 */
export type Integration = (call: IntegrationCall) => Promise<unknown>;

/** A task's failure: `error` is what Retry and Catch match, such as `Lambda.TooManyRequestsException`. */
export class TaskFailure extends Error {
  readonly error: string;
  readonly detail: string;

  constructor(error: string, detail: string) {
    super(`${error}: ${detail}`);
    this.name = "TaskFailure";
    this.error = error;
    this.detail = detail;
  }
}
