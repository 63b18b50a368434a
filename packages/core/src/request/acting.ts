import type { Caller } from "../access/principal.ts";
import type { Origin } from "./request.ts";

/** Somebody who acts on a request, and by which way. */
export interface Acting {
  readonly caller: Caller;
  readonly origin: Origin;
}
