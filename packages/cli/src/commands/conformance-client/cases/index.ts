import type { ConformanceCase } from "../stage.ts";
import { catchingUp } from "./catching-up.ts";
import { connections } from "./connections.ts";
import { deltas } from "./deltas.ts";
import { replies } from "./replies.ts";
import { subscriptions } from "./subscriptions.ts";

/** All cases, in the order in which to write a client. */
export const conformanceCases: readonly ConformanceCase[] = [
  ...deltas,
  ...catchingUp,
  ...subscriptions,
  ...connections,
  ...replies,
];
