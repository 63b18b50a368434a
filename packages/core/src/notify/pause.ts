import type { DoorName, PauseReason, Ports } from "../ports/index.ts";
import { pauseDoor } from "../reach/doors.ts";

/** Changes of somebody's settings that one pause takes up. */
const mostTries = 5;

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
  for (let tries = 0; tries < mostTries; tries++) {
    const reach = await ports.reach.read(key);
    if (!reach) return;
    const paused = pauseDoor(reach, door, reason, ports.clock.now(), target);
    if (paused === reach) return;
    if (await ports.reach.replace(reach, paused))
      return ports.log.metric("doors_paused", 1, { door, reason });
  }
  throw new Error(`settings were changed ${mostTries} times while a door was paused`);
}
