import type { DoorName, PauseReason } from "@callboard/protocol";
import type { Ports } from "../ports/index.ts";
import { pauseDoor } from "../reach/doors.ts";
import { changeReach } from "../reach/set-reach.ts";

interface Pause {
  /** The person's key. */
  readonly key: string;
  readonly door: DoorName;
  readonly reason: PauseReason;
  /** The target that did not take it: nothing is done if the door leads elsewhere by now. */
  readonly target: string | undefined;
}

/** Pauses a door of a person until it leads elsewhere or they turn it on again. */
export async function pause(
  ports: { readonly reach: Pick<Ports["reach"], "read" | "replace"> } & Pick<Ports, "clock" | "log">,
  { key, door, reason, target }: Pause,
): Promise<void> {
  const changed = await changeReach(ports, key, (reach) =>
    pauseDoor(reach, door, reason, ports.clock.now(), target),
  );
  if (changed && changed.after !== changed.known) ports.log.metric("doors_paused", 1, { door, reason });
}
