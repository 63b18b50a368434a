import { type AskedPeople, isSamePerson } from "@callboard/client/headless";
import { isPrincipal, mostAssignees, type Principal } from "@callboard/protocol";
import { listText } from "../words/plural.ts";
import type { Words } from "../words/words.ts";
import { momentText } from "./time.ts";

/** A principal as text: "you", "ben", "the role editors". */
function principalText(
  principal: Principal,
  me: string | undefined,
  known: KnownAs,
  { common: { people } }: Words,
): string {
  if (principal.startsWith("role/")) return people.role(principal.slice("role/".length));
  if (me !== undefined && isSamePerson(principal, me)) return people.you;
  const id = principal.slice("user/".length);
  const name = known(principal);
  return name === undefined || name.toLowerCase() === id.toLowerCase() ? id : people.withId(name, id);
}

/** The name of a principal, if known. */
type KnownAs = (principal: Principal) => string | undefined;

/** The names by which people were picked. */
export const knownAs =
  (people: readonly Named[]): KnownAs =>
  (principal) =>
    people.find(({ id }) => id === principal)?.name;

/**
 * Several principals as text: "you, ben and the role editors"; `known` has the names of those who were
 * picked.
 */
export function principalsText(
  principals: readonly Principal[],
  me: string | undefined,
  known: KnownAs | undefined,
  words: Words,
): string {
  const names = principals.map((principal) =>
    principalText(principal, me, known ?? (() => undefined), words),
  );
  return listText(words.locale, names);
}

/** "Also asked: role/editors since 14:30."; undefined when nobody was added. */
export function alsoAskedText({ also }: AskedPeople, now: number, words: Words): string | undefined {
  if (!also) return undefined;
  return words.common.people.alsoAsked(
    listText(words.locale, also.principals),
    momentText(also.since, now, words),
  );
}

/** The people in a typed text. */
type AssigneesReading = { ok: true; assignees: readonly Principal[] } | { ok: false; problem: string };

/** A person with a name. */
interface Named {
  id: Principal;
  name: string;
}

/** The terms between the commas. */
const termsOf = (text: string): string[] =>
  text
    .split(/[,;\n]/)
    .map((term) => term.trim())
    .filter((term) => term !== "");

/** A principal, or an attempt to write one; any other term is a name. */
const isWritten = (term: string): boolean => term.split(/\s+/).every((word) => word.includes("/"));

/** The name that is being typed, after the last comma; undefined when it is not a name. */
export function typedName(text: string): string | undefined {
  const term = text.slice(lastComma(text) + 1).trim();
  return term === "" || (isWritten(term) && !/^user\/\S*$/.test(term)) ? undefined : term;
}

/** The text after somebody was picked for the name that is being typed. */
export const putPerson = (text: string): string => text.slice(0, lastComma(text) + 1);

const lastComma = (text: string): number => Math.max(text.lastIndexOf(","), text.lastIndexOf(";"));

/** The names that were typed but not picked. */
export const namesIn = (text: string): string[] =>
  termsOf(text)
    .filter((term) => !isWritten(term))
    .slice(0, mostAssignees);

/**
 * Reads `ben, role/editors` and the picked people. A name is read as a user's id, unless it leads to people
 * without that id: then one of them must be picked, as `found` shows by name. A name of several words is no
 * id.
 */
export function readAssignees(
  text: string,
  chosen: readonly Named[],
  found: ReadonlyMap<string, readonly Named[]>,
  { common: { people: texts } }: Words,
): AssigneesReading {
  const terms = termsOf(text);
  if (terms.length + chosen.length === 0) return { ok: false, problem: texts.nobodyNamed };
  const assignees = new Set<Principal>(chosen.map(({ id }) => id));
  for (const term of terms) {
    const isName = !isWritten(term);
    const people = found.get(term) ?? [];
    const isId = people.length === 0 || people.some(({ id }) => id === `user/${term}`);
    if (isName && (!isId || /\s/.test(term))) return { ok: false, problem: texts.nameNotPicked(term) };
    for (const word of isName ? [`user/${term}`] : term.split(/\s+/)) {
      if (!isPrincipal(word)) return { ok: false, problem: texts.notAPrincipal(word) };
      assignees.add(word);
    }
  }
  if (assignees.size > mostAssignees) return { ok: false, problem: texts.tooMany(mostAssignees) };
  return { ok: true, assignees: [...assignees] };
}
