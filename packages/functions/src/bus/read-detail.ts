import { BadEvent, type BusEvent, issuesOf } from "@callboard/protocol";
import * as z from "zod/mini";

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
