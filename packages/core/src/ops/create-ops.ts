import type { Channel } from "@callboard/protocol";
import type { Ports } from "../ports/index.ts";
import type { PendingStore } from "../ports/ops.ts";
import { type DeadLetterPorts, dropDeadLetter, listDeadLetters, resendDeadLetters } from "./dead-letters.ts";
import { type ConnectionPorts, countConnections, lookOverRequests } from "./look-over.ts";

export type OpsPorts = Pick<Ports, "clock"> &
  ConnectionPorts &
  DeadLetterPorts & { readonly pending: PendingStore };

/** What whoever runs a deployment looks at, and may do about dead letters. */
export const createOps = (ports: OpsPorts) => ({
  requests: () => lookOverRequests(ports),
  connections: (channel: Channel) => countConnections(ports, channel),
  deadLetters: {
    list: () => listDeadLetters(ports),
    resend: (id?: string) => resendDeadLetters(ports, id),
    drop: (id: string) => dropDeadLetter(ports, id),
  },
});

export type Ops = ReturnType<typeof createOps>;
