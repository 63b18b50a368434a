import type { Wakeup } from "@callboard/core";
import { Channel, RequestId } from "@callboard/protocol";
import * as z from "zod/mini";

const Message = z.union([
  z.object({
    request: RequestId,
    at: z.number(),
    version: z.optional(z.number()),
    again: z.optional(z.number()),
  }),
  z.object({ audience: Channel, at: z.number(), again: z.optional(z.number()) }),
]);

/** Reads a message's body; undefined: it is not a wake-up. */
export function readWakeup(body: string): Wakeup | undefined {
  try {
    return Message.safeParse(JSON.parse(body)).data as Wakeup | undefined;
  } catch {
    return undefined;
  }
}
