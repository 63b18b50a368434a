import type { Stage } from "../stage.ts";
import { catchingUp } from "./catching-up.ts";
import { connections } from "./connections.ts";
import { deltas } from "./deltas.ts";
import { replies } from "./replies.ts";
import { subscriptions } from "./subscriptions.ts";

/** One thing that the protocol demands of a client, and how it is tried. */
export interface ConformanceCase {
  readonly name: string;
  /** What is demanded, in a sentence. */
  readonly demand: string;
  /** The section of PROTOCOL.md that demands it. */
  readonly section: string;
  /** Rejects with a `Breached` when the client does otherwise. */
  play(stage: Stage): Promise<void>;
}

/** All cases, in the order in which a client is best written. */
export const conformanceCases: readonly ConformanceCase[] = [
  ...deltas,
  ...catchingUp,
  ...subscriptions,
  ...connections,
  ...replies,
];
