import type { Clock } from "../../clock/clock.ts";
import type { Place } from "../arn.ts";
import type { Executions } from "../executions.ts";
import type { Machines } from "../machines.ts";

/** What the operations work on. */
export interface Engine {
  readonly clock: Clock;
  readonly place: Place;
  readonly machines: Machines;
  readonly executions: Executions;
  /** A random id that is not used yet. */
  readonly newId: () => string;
  /** Resolves when everything on the disk is known. */
  readonly loaded: () => Promise<void>;
}
