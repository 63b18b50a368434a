import { passingCode, passingError, type Retries } from "./retries.ts";
import { type JsonAnswer, NotAnswered, type Transport } from "./transport.ts";

/** A service that uses one of AWS's JSON protocols, by the prefix of its targets. */
export interface JsonService<Service extends string> {
  /**
   * Returns an operation's output for its input, in the API's shapes. Rejects with a `ServiceError`, or as the transport
   * does.
   */
  call(target: `${Service}.${string}`, input: object): Promise<Fields>;
}

/** The members of an object in a service's answer. */
export type Fields = Readonly<Record<string, unknown>>;

/** An error that a service returned, with the API's name for it; `fields` holds its other members. */
export class ServiceError extends Error {
  override readonly name: string;
  readonly status: number;
  readonly fields: Fields;
  constructor(name: string, message: string, status: number, fields: Fields) {
    super(message);
    this.name = name;
    this.status = status;
    this.fields = fields;
  }
}

/** Whether a call failed, after all retries, for a transient reason: throttled, a 5xx, or no answer. */
export function isPassing(error: unknown): boolean {
  if (error instanceof NotAnswered) return passingCode(error.code) !== undefined;
  if (!(error instanceof ServiceError)) return false;
  return passingError(error.name, error.status) !== undefined || error.status >= 500;
}

/** How to reach a service, and how often to try. */
export interface JsonServiceOptions {
  readonly transport: Transport;
  readonly retries: Retries;
}

/**
 * Calls a service, with the SDK's retries. A call that may have been executed is repeated too, so writes must be
 * idempotent. Unlike the SDK, it does not correct the clock by the service's.
 */
export function jsonService<Service extends string>({
  transport,
  retries,
}: JsonServiceOptions): JsonService<Service> {
  return {
    async call(target, input) {
      const body = JSON.stringify(input);
      let cost: number | undefined;
      for (let tries = 1; ; tries++) {
        const { output, failure } = await attempt(transport, target, body);
        if (output) {
          retries.succeeded(cost);
          return output;
        }
        const pause = failure.passing && retries.before(tries, failure.passing, failure.retryAfterMs);
        if (!pause) throw failure.error;
        cost = await pause;
      }
    },
  };
}

type Attempt =
  | { readonly output: Fields; readonly failure?: never }
  | { readonly output?: never; readonly failure: Failure };

interface Failure {
  readonly error: unknown;
  readonly passing: ReturnType<typeof passingError>;
  readonly retryAfterMs?: number | undefined;
}

async function attempt(transport: Transport, target: string, body: string): Promise<Attempt> {
  let answer: JsonAnswer;
  try {
    answer = await transport(target, body);
  } catch (error) {
    return {
      failure: { error, passing: error instanceof NotAnswered ? passingCode(error.code) : undefined },
    };
  }
  if (answer.status < 300) return { output: parsed(answer.body) };
  const error = errorOf(answer);
  return {
    failure: { error, passing: passingError(error.name, error.status), retryAfterMs: answer.retryAfterMs },
  };
}

function parsed(body: string): Fields {
  return body === "" ? {} : (JSON.parse(body) as Fields);
}

/**
 * The error of an answer, by the name in its header or body, without its namespace. An answer that is not from a service,
 * such as a gateway's page, has no name.
 */
export function errorOf({ status, body, errorType }: JsonAnswer): ServiceError {
  const { __type, message, Message, ...fields } = fieldsOf(body);
  const type = errorType ?? __type ?? fields.code;
  const name = typeof type === "string" ? type.split(/[,:]/)[0]!.split("#").at(-1)! : "UnknownError";
  return new ServiceError(name, String(message ?? Message ?? `${name} (${status})`), status, fields);
}

function fieldsOf(body: string): Record<string, unknown> {
  try {
    return { ...(JSON.parse(body) as object) };
  } catch {
    return {};
  }
}
