/**
 * What a Task state waits for: the service's answer, the end of what it started (`sync:2` has its output as JSON), or the
 * task token. https://docs.aws.amazon.com/step-functions/latest/dg/connect-to-resource.html
 */
export type Pattern = "request" | "sync" | "sync:2" | "waitForTaskToken";

/** What a Task state hands to the service that it names. */
export interface IntegrationCall {
  /** The state's `Resource` without its pattern: `arn:aws:states:::events:putEvents`. */
  readonly resource: string;
  /** The evaluated `Arguments` (JSONata) or `Parameters` (JSONPath). */
  readonly arguments: unknown;
  readonly pattern: Pattern;
  readonly executionArn: string;
  readonly stateMachineArn: string;
  readonly stateName: string;
  /** The same whenever the call of one attempt is made again, after a restart for one; another for each attempt. */
  readonly id: string;
  /** When the attempt began, in milliseconds since the epoch. */
  readonly scheduledAt: number;
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
 * Makes the call of a Task state. Resolves with the service's answer; a `TaskFailure` is the state's error, `NotServed`
 * ends the execution, anything else thrown becomes `States.TaskFailed`.
 */
export type Integration = (call: IntegrationCall) => Promise<unknown>;

/** The services behind Task states. */
export interface Integrations {
  /**
   * What makes the call of a resource, `arn:aws:states:::sqs:sendMessage` or a function's ARN, with a pattern; undefined
   * where nothing here does.
   */
  find(resource: string, pattern: Pattern): Integration | undefined;
}

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

/**
 * Nothing here does what a Task state asks for, whatever it would do on AWS. The message says what is missing and what to
 * do: `there is no function orders: …`. No Retry, Catch or tolerance of a Map takes it: it is no failure of the workflow.
 */
export class NotServed extends Error {
  constructor(message: string) {
    super(message);
    this.name = "NotServed";
  }
}
