import type { Envelope } from "@callboard/core";
import { BadEvent, BusEvent, issuesOf } from "@callboard/protocol";
import * as z from "zod/mini";

const EXECUTION_ARN = /^arn:[\w-]+:states:[\w-]*:\d*:execution:./;

/** Reads what EventBridge invoked a function with; throws `BadEvent` when it is no event of a bus. */
export function readBusEvent(event: unknown): BusEvent {
  const read = BusEvent.safeParse(event);
  if (!read.success) throw new BadEvent(`not an event of the bus: ${issuesOf(read.error).join("; ")}`);
  if (Number.isNaN(Date.parse(read.data.time))) throw new BadEvent("not an event of the bus: time: no time");
  return read.data;
}

/**
 * What the bus says of an event, and what its source may publish about; Step Functions names the execution among the
 * event's resources, where others can name one too.
 */
export function envelopeOf(event: BusEvent, may: Envelope["may"]): Envelope {
  const { id, source, resources } = event;
  const execution = resources?.find((resource) => EXECUTION_ARN.test(resource));
  return { id, time: Date.parse(event.time), source, may, ...(execution === undefined ? {} : { execution }) };
}

/**
 * Reads an event's detail. What does not fit throws `BadEvent`, which names the event and the fields but repeats
 * nothing that they hold; `unknown` counts the fields that the schema does not know.
 */
export function readDetail<T extends z.ZodMiniObject>(
  schema: T,
  event: BusEvent,
): { detail: z.output<T>; unknown: number } {
  const read = z.safeParse(schema, event.detail);
  if (!read.success)
    throw new BadEvent(`${event["detail-type"]} ${event.id}: ${issuesOf(read.error).join("; ")}`);
  const unknown = Object.keys(event.detail).filter((field) => !Object.hasOwn(schema.shape, field)).length;
  return { detail: read.data, unknown };
}
