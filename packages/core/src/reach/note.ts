import type { Principal } from "@callboard/protocol";
import { decideNote, isErasedStill, keyOf, noteAgainMs } from "../access/people.ts";
import { type Caller, personOf } from "../access/principal.ts";
import type { Contact, Ports, Reach } from "../ports/index.ts";
import { revised } from "./doors.ts";

/**
 * Notes who came with a token, so that others find them by name and they are reached when they are away. Two rows in one
 * read, and a write only of what is new, has changed, or was not noted for a week. Nobody is refused because it fails.
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
    // Whoever was faster has noted the same person.
    if (noted) await ports.people.replace(known, noted);
    const reach = decideReach(reached, key, caller, now);
    // After the person: the one write looks at whether the other says that they were erased.
    if (reach) await ports.reach.replace(reached, reach);
  } catch {
    ports.log.warn("a person was not noted");
  }
}

/**
 * What is written of how somebody who came is reached; undefined: nothing, since it is known, or there is nothing by which
 * they could be. What their token says takes the place of what was said before, unless it does not speak of it.
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
  if (isSame && now < known.at + noteAgainMs) return undefined;
  return revised(known, { person, roles, issuer, at: Math.max(now, known.at) });
}

/** How somebody is reached of whom nothing is known but their token. */
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
