import type { Envelope } from "@callboard/core";
import { BadEvent, BusEvent, issuesOf } from "@callboard/protocol";

const EXECUTION_ARN = /^arn:[\w-]+:states:[\w-]*:\d*:execution:./;

/** Reads what EventBridge invoked a function with; throws `BadEvent` when it is no event of a bus. */
export function readBusEvent(event: unknown): BusEvent {
  const read = BusEvent.safeParse(event);
  if (!read.success) throw new BadEvent(`not an event of the bus: ${issuesOf(read.error).join("; ")}`);
  if (Number.isNaN(Date.parse(read.data.time))) throw new BadEvent("not an event of the bus: time: no time");
  return read.data;
}

/** What the bus says of an event; Step Functions names the execution among the event's resources. */
export function envelopeOf(event: BusEvent): Envelope {
  const execution = event.resources?.find((resource) => EXECUTION_ARN.test(resource));
  return { id: event.id, time: Date.parse(event.time), ...(execution === undefined ? {} : { execution }) };
}
