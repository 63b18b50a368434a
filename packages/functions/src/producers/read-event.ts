import type { Envelope } from "@callboard/core";
import {
  BadEvent,
  BusEvent,
  depthOf,
  leftOutFields,
  limits,
  readBy,
  SOURCE,
  Subject,
} from "@callboard/protocol";
import type * as z from "zod/mini";
import { correlationOf } from "../handlers/log-fields.ts";

const EXECUTION_ARN = /^arn:[\w-]+:states:([\w-]*):(\d*):execution:./;

/** The account and Region that a function runs in. */
export interface Place {
  readonly account: string | undefined;
  readonly region: string | undefined;
}

/** Reads an invocation by EventBridge; throws `BadEvent` when it is not a bus event. */
export function readBusEvent(event: unknown): BusEvent {
  const read = readBy(BusEvent, event);
  if (!read.ok) throw new BadEvent(`not an event of the bus: ${read.issues.join("; ")}`);
  if (depthOf(read.data.detail) > limits.jsonDepth)
    throw named(read.data, new BadEvent(`detail: nested over ${limits.jsonDepth} levels`));
  return read.data;
}

/** Takes an event in. A `BadEvent` is rethrown with the event's identifiers before its reason. */
export async function takeNamed<T>(event: BusEvent, take: () => T | Promise<T>): Promise<T> {
  try {
    return await take();
  } catch (error) {
    throw error instanceof BadEvent ? named(event, error) : error;
  }
}

/** The well-formed identifiers of an event, by which its producer finds it. */
function named(event: BusEvent, bad: BadEvent): BadEvent {
  const { event: id, execution } = correlationOf(event);
  const subject = Subject.safeParse(event.detail.subject).data;
  const what = [event["detail-type"], id, subject && `about ${subject}`, execution && `of ${execution}`];
  return new BadEvent(`${what.filter((one) => one).join(" ")}: ${bad.message}`, { cause: bad });
}

/**
 * Throws `BadEvent` for an event with Callboard's source from another account: all its functions are in one account. The
 * policy of a bus that Callboard does not own may not ensure this. Without an account nothing is checked.
 */
export function checkOrigin({ source, account: from }: BusEvent, account: string | undefined): void {
  if (account === undefined || source !== SOURCE || from === account) return;
  throw new BadEvent(`account: only account ${account} may put events of source ${SOURCE}`);
}

/**
 * Throws `BadEvent` for a question of an execution in another account or Region. It could never be answered: a task token
 * works only in its own account and Region
 * (https://docs.aws.amazon.com/step-functions/latest/dg/connect-to-resource.html). If no ARN names the execution, the
 * account is that of the event.
 */
export function checkAsking(event: BusEvent, execution: string | undefined, at: Partial<Place>): void {
  if (at.account === undefined) return;
  const [, region, account] = EXECUTION_ARN.exec(execution ?? "") ?? [];
  const of = account || event.account;
  const elsewhere =
    of !== undefined && of !== at.account
      ? `of account ${/^\d{12}$/.test(of) ? of : "none"}`
      : region && at.region && region !== at.region
        ? `in ${region}`
        : undefined;
  if (elsewhere === undefined) return;
  const own = [`account ${at.account}`, at.region && ` in ${at.region}`].join("");
  throw new BadEvent(
    `execution: it is ${elsewhere}, and a task token is valid only in its own account and Region: ask from ${own}, or deploy Callboard there`,
  );
}

/**
 * The bus's facts about an event, and the subjects that its source may publish about. Step Functions adds the execution
 * to the event's resources, where others can add one too.
 */
export function envelopeOf(event: BusEvent, may: Envelope["may"]): Envelope {
  const { id, source, resources } = event;
  const execution = resources?.find((resource) => EXECUTION_ARN.test(resource));
  return { id, time: Date.parse(event.time), source, may, ...(execution === undefined ? {} : { execution }) };
}

/**
 * Reads an event's detail. If it does not fit, it throws `BadEvent` with the fields and their rules but none of their
 * content. `unknown` counts the fields that the schema does not know, and those that were left out.
 */
export function readDetail<T extends z.ZodMiniObject>(
  schema: T,
  event: BusEvent,
): { detail: z.output<T>; unknown: number } {
  const read = readBy(schema, event.detail);
  if (!read.ok) throw new BadEvent(read.issues.join("; "));
  const unknown = Object.keys(event.detail).filter((field) => !Object.hasOwn(schema.shape, field)).length;
  return { detail: read.data, unknown: unknown + leftOutFields(event.detail, read.data).length };
}
