import type { DoorName, PauseReason } from "@callboard/protocol";
import type { Ports } from "../ports/index.ts";
import { pauseDoor } from "../reach/doors.ts";
import { changeReach } from "../reach/set-reach.ts";

interface Pause {
  /** The person's. */
  readonly key: string;
  readonly door: DoorName;
  readonly reason: PauseReason;
  /** What did not take it: nothing is done where the door leads elsewhere by now. */
  readonly target: string | undefined;
}

/** Has nothing go through a door of somebody's any more, until it leads elsewhere or they turn it on again. */
export async function pause(
  ports: { readonly reach: Pick<Ports["reach"], "read" | "replace"> } & Pick<Ports, "clock" | "log">,
  { key, door, reason, target }: Pause,
): Promise<void> {
  const changed = await changeReach(ports, key, (reach) =>
    pauseDoor(reach, door, reason, ports.clock.now(), target),
  );
  if (changed && changed.after !== changed.known) ports.log.metric("doors_paused", 1, { door, reason });
}
