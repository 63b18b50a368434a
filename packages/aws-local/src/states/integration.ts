/**
 * What a Task state waits for: the service's answer, the end of what it started (`sync:2` returns its output as JSON), or
 * the task token. https://docs.aws.amazon.com/step-functions/latest/dg/connect-to-resource.html
 */
export type Pattern = "request" | "sync" | "sync:2" | "waitForTaskToken";

/** A Task state's call of its service. */
export interface IntegrationCall {
  /** The state's `Resource` without its pattern: `arn:aws:states:::events:putEvents`. */
  readonly resource: string;
  /** The evaluated `Arguments` (JSONata) or `Parameters` (JSONPath). */
  readonly arguments: unknown;
  readonly pattern: Pattern;
  readonly executionArn: string;
  readonly stateMachineArn: string;
  readonly stateName: string;
  /** The same whenever one attempt's call is repeated, for example after a restart; different for each attempt. */
  readonly id: string;
  /** When the attempt started, in milliseconds since the epoch. */
  readonly scheduledAt: number;
  /** Aborted when the state times out, its branch is cancelled or its execution stopped. */
  readonly signal: AbortSignal;
  /** Set in TestState, where HTTP requests are shown. */
  readonly trace?: HttpTrace;
}

/** Receives the HTTP requests and answers of a Task. */
export interface HttpTrace {
  /** Whether to include what a connection adds. */
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
 * Makes the call of a Task state. Resolves with the service's answer. A thrown `TaskFailure` is the state's error,
 * `NotServed` ends the execution, and any other error becomes `States.TaskFailed`.
 */
export type Integration = (call: IntegrationCall) => Promise<unknown>;

/** The services behind Task states. */
export interface Integrations {
  /**
   * The service for a resource, `arn:aws:states:::sqs:sendMessage` or a function's ARN, with a pattern; undefined if
   * there is none here.
   */
  find(resource: string, pattern: Pattern): Integration | undefined;
}

/** A task's failure: `error` is the name for Retry and Catch, such as `Lambda.TooManyRequestsException`. */
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

/**
 * The service for a Task is missing here; AWS may have it. The message says what is missing and what to do: `there is no
 * function orders: …`. Retry, Catch and a Map's tolerance do not apply, because it is not a failure of the workflow.
 */
export class NotServed extends Error {
  constructor(message: string) {
    super(message);
    this.name = "NotServed";
  }
}
