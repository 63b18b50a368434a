import type { Principal } from "@callboard/protocol";
import { decideNote, isErasedStill, keyOf, NOTE_AGAIN_MS } from "../access/people.ts";
import { type Caller, personOf } from "../access/principal.ts";
import type { Contact, Ports, Reach } from "../ports/index.ts";
import { revised } from "./doors.ts";

/**
 * Records a person who connected, so that others find them by name and they can be reached while they are away. Reads
 * two rows at once, and writes only if something is new, has changed, or was written more than a week ago. Never fails:
 * nobody is refused because of it.
 */
export async function notePerson(
  ports: Pick<Ports, "people" | "reach" | "clock" | "ids" | "log">,
  caller: Caller,
): Promise<void> {
  if (caller.guest) return;
  try {
    const key = keyOf(ports, `user/${caller.id}`);
    const [known, reached] = await Promise.all([ports.people.read(key), ports.reach.read(key)]);
    const now = ports.clock.now();
    if (isErasedStill(known, now)) return;
    const noted = decideNote(known, key, personOf(caller), now);
    // If another process was faster, it has recorded the same person.
    if (noted) await ports.people.replace(known, noted);
    const reach = decideReach(reached, key, caller, now);
    // After the person's record: this write checks whether that record says that they were erased.
    if (reach) await ports.reach.replace(reached, reach);
  } catch {
    ports.log.warn("a person was not noted");
  }
}

/**
 * The record to write about how to reach a person who connected. Undefined: nothing, because it is stored already, or
 * there is no way to reach them. What the token says replaces what an earlier one said, except where it says nothing.
 */
export function decideReach(
  known: Reach | undefined,
  key: string,
  caller: Caller,
  now: number,
): Reach | undefined {
  if (!known) return caller.contact || caller.roles.length > 0 ? newReach(key, caller, now) : undefined;
  const person = personOf(caller);
  const roles = sorted(caller.roles);
  const issuer = caller.contact ?? known.issuer;
  const isSame =
    known.person.name === person.name && known.roles.join() === roles.join() && isAlike(known.issuer, issuer);
  if (isSame && now < known.at + NOTE_AGAIN_MS) return undefined;
  return revised(known, { person, roles, issuer, at: Math.max(now, known.at) });
}

/** The record of a person about whom only the token is known. */
export const newReach = (key: string, caller: Caller, now: number): Reach => ({
  key,
  person: personOf(caller),
  rev: 1,
  roles: sorted(caller.roles),
  issuer: caller.contact ?? {},
  own: {},
  at: now,
});

const sorted = (roles: readonly Principal[]): Principal[] => [...new Set(roles)].sort();

const isAlike = (one: Contact, other: Contact): boolean =>
  one.address === other.address && one.lang === other.lang && one.zone === other.zone;
