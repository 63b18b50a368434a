import { days, type Person, type Principal } from "@callboard/protocol";
import type { PersonRecord, Ports } from "../ports/index.ts";
import { wordsOf, wordsOfPerson } from "./fold-name.ts";

/** Somebody who is there all the time is noted again after this time, so that the record does not expire. */
export const noteAgainMs = days(7);

/** Nobody who was erased is noted again for so long: a page that is still open would bring them back. */
const erasedForMs = days(2);

/** Whom one search finds at most, and how many entries it reads for them. */
const mostFound = 20;
const mostRead = 200;

/** Tries of a write that others come between, such as another tab's. */
const mostTries = 8;

/** What a person's rows are found by. */
export const keyOf = ({ ids }: Pick<Ports, "ids">, principal: Principal): string => ids.hash(principal);

/** What is written of a person who came; undefined: nothing, since it is known, or they were erased a short time ago. */
export function decideNote(
  known: PersonRecord | undefined,
  key: string,
  person: Person,
  now: number,
): PersonRecord | undefined {
  if (isErasedStill(known, now)) return undefined;
  const isSame = known?.state === "known" && known.person.name === person.name;
  if (isSame && now < known.at + noteAgainMs) return undefined;
  return { key, state: "known", person, words: wordsOfPerson(person), at: after(known, now) };
}

/** Whether somebody was erased so short a time ago that nothing is noted of them. */
export const isErasedStill = (known: PersonRecord | undefined, now: number): boolean =>
  known?.state === "erased" && now < known.until;

/** Later than what was read, whatever the clocks of two machines say. */
const after = (known: PersonRecord | undefined, now: number): number => Math.max(now, (known?.at ?? 0) + 1);

/** Takes a person out of those who are found by name. Whether they were known. */
export async function forgetPerson(
  ports: Pick<Ports, "people" | "clock" | "ids">,
  principal: Principal,
): Promise<boolean> {
  const key = keyOf(ports, principal);
  return untilWritten(async () => {
    const known = await ports.people.read(key);
    const now = ports.clock.now();
    const erased: PersonRecord = { key, state: "erased", at: after(known, now), until: now + erasedForMs };
    return (await ports.people.replace(known, erased)) ? known?.state === "known" : "lost";
  });
}

/** Reads, decides and writes what is kept of a person until nobody comes between; `lost` says that somebody did. */
export async function untilWritten<T>(attempt: () => Promise<T | "lost">): Promise<T> {
  for (let tries = 0; tries < mostTries; tries++) {
    const done = await attempt();
    if (done !== "lost") return done;
  }
  throw new Error("others changed what is kept of a person again and again");
}

/** Somebody whom a question can be put to. */
export interface FoundPerson {
  readonly id: Principal;
  readonly name: string;
}

/** People with a word of name or id that begins with each of the words of a text, by name; at most 20. */
export async function searchPeople({ people }: Pick<Ports, "people">, text: string): Promise<FoundPerson[]> {
  const starts = wordsOf(text.replace(/^\s*user\//i, ""));
  const [longest] = starts;
  if (longest === undefined) return [];
  const found = new Map<string, FoundPerson>();
  for (const { person, words } of await people.withWord(longest, mostRead))
    if (starts.every((start) => words.some((one) => one.startsWith(start))))
      found.set(person.id, { id: `user/${person.id}`, name: person.name });
  return [...found.values()].sort(byName).slice(0, mostFound);
}

const byName = (a: FoundPerson, b: FoundPerson): number =>
  compare(a.name.toLowerCase(), b.name.toLowerCase()) || compare(a.id, b.id);
const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b));
