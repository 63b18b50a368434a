import { days, type Person, type Principal } from "@callboard/protocol";
import type { PersonRecord, Ports } from "../ports/index.ts";
import { wordsOf, wordsOfPerson } from "./fold-name.ts";

/** The record of a person who is always connected is written again after this time, so that it does not expire. */
export const NOTE_AGAIN_MS = days(7);

/**
 * For this long after an erasure the person is not recorded again: a page that is still open would record them again.
 */
const ERASED_FOR_MS = days(2);

/** The most people that one search finds, and the most entries that it reads for them. */
const MAX_FOUND = 20;
const MAX_READ = 200;

/** Attempts of a write that loses races with other writers, such as another tab. */
const MAX_TRIES = 8;

/** The key of a person's rows. */
export const keyOf = ({ ids }: Pick<Ports, "ids">, principal: Principal): string => ids.hash(principal);

/**
 * The record to write for a person who connects. Undefined: nothing, because it is already stored, or the person was
 * erased a short time ago.
 */
export function decideNote(
  known: PersonRecord | undefined,
  key: string,
  person: Person,
  now: number,
): PersonRecord | undefined {
  if (isErasedStill(known, now)) return undefined;
  const isSame = known?.state === "known" && known.person.name === person.name;
  if (isSame && now < known.at + NOTE_AGAIN_MS) return undefined;
  return { key, state: "known", person, words: wordsOfPerson(person), at: after(known, now) };
}

/** Whether a person was erased so recently that nothing may be recorded about them. */
export const isErasedStill = (known: PersonRecord | undefined, now: number): boolean =>
  known?.state === "erased" && now < known.until;

/** A time later than that of the record that was read, even if the clocks of two machines differ. */
const after = (known: PersonRecord | undefined, now: number): number => Math.max(now, (known?.at ?? 0) + 1);

/** Removes a person from name search. Returns whether they were known. */
export async function forgetPerson(
  ports: Pick<Ports, "people" | "clock" | "ids">,
  principal: Principal,
): Promise<boolean> {
  const key = keyOf(ports, principal);
  return untilWritten(async () => {
    const known = await ports.people.read(key);
    const now = ports.clock.now();
    const erased: PersonRecord = { key, state: "erased", at: after(known, now), until: now + ERASED_FOR_MS };
    return (await ports.people.replace(known, erased)) ? known?.state === "known" : "lost";
  });
}

/**
 * Repeats an attempt to read, decide and write a person's record until no other writer interferes. `lost` means that
 * one did.
 */
export async function untilWritten<T>(attempt: () => Promise<T | "lost">): Promise<T> {
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const done = await attempt();
    if (done !== "lost") return done;
  }
  throw new Error("a person's record was changed by other writers too many times");
}

/** A person to whom a question can be assigned. */
export interface FoundPerson {
  readonly id: Principal;
  readonly name: string;
}

/** Finds people by a text: each of its words begins a word of the person's name or id. Sorted by name, at most 20. */
export async function searchPeople({ people }: Pick<Ports, "people">, text: string): Promise<FoundPerson[]> {
  const starts = wordsOf(text.replace(/^\s*user\//i, ""));
  const [longest] = starts;
  if (longest === undefined) return [];
  const found = new Map<string, FoundPerson>();
  for (const { person, words } of await people.withWord(longest, MAX_READ))
    if (starts.every((start) => words.some((one) => one.startsWith(start))))
      found.set(person.id, { id: `user/${person.id}`, name: person.name });
  return [...found.values()].sort(byName).slice(0, MAX_FOUND);
}

const byName = (a: FoundPerson, b: FoundPerson): number =>
  compare(a.name.toLowerCase(), b.name.toLowerCase()) || compare(a.id, b.id);
const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b));
