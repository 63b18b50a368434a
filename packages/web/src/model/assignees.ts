import { limits, Principal, type RequestValue } from "@callboard/protocol";
import { type Locale, momentText } from "./time.ts";
import { isSamePerson } from "./words.ts";

/** A principal as people say it: "you", "ben", "the role editors". */
function principalText(principal: Principal, me: string | undefined): string {
  if (principal.startsWith("role/")) return `the role ${principal.slice("role/".length)}`;
  return me !== undefined && isSamePerson(principal, me) ? "you" : principal.slice("user/".length);
}

/** Several principals as people say them: "you, ben and the role editors". */
export function principalsText(principals: readonly Principal[], me: string | undefined): string {
  const names = principals.map((principal) => principalText(principal, me));
  return names.length < 2 ? names.join() : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}

/** Whom a question is put to as a page has seen it, and who came to be asked beside them meanwhile. */
export interface Asked {
  requestId: string;
  assignees: readonly Principal[];
  /** Since when somebody is asked beside the others, in milliseconds; undefined when all were asked at first. */
  also: { principals: readonly Principal[]; since: number } | undefined;
}

/** Follows whom a question is put to: more people beside the former are an escalation, others in their place are not. */
export function followAsked(
  before: Asked | undefined,
  { requestId, assignees }: Pick<RequestValue, "requestId" | "assignees">,
  changedAt: number,
): Asked {
  if (before?.requestId !== requestId) return { requestId, assignees, also: undefined };
  const added = assignees.filter((one) => !before.assignees.includes(one));
  const kept = before.assignees.every((one) => assignees.includes(one));
  if (added.length === 0 && kept) return before;
  if (!kept) return { requestId, assignees, also: undefined };
  return { requestId, assignees, also: { principals: added, since: changedAt } };
}

/** "Also asked: role/editors since 14:30."; undefined when everybody was asked at first. */
export function alsoAskedText({ also }: Asked, now: number, locale: Locale = {}): string | undefined {
  return also && `Also asked: ${also.principals.join(", ")} since ${momentText(also.since, now, locale)}.`;
}

/** What somebody wrote as the people to ask. */
type AssigneesReading = { ok: true; assignees: readonly Principal[] } | { ok: false; problem: string };

/** Reads `ben, role/editors`: a bare name means a user. */
export function readAssignees(text: string): AssigneesReading {
  const words = text.split(/[\s,;]+/).filter((word) => word !== "");
  if (words.length === 0) return { ok: false, problem: "Name at least one person or role." };
  const assignees = new Set<Principal>();
  for (const word of words) {
    const principal = Principal.safeParse(word.includes("/") ? word : `user/${word}`);
    if (!principal.success)
      return { ok: false, problem: `“${word}” is neither user/… nor role/… with a name after it.` };
    assignees.add(principal.data);
  }
  if (assignees.size > limits.assignees)
    return { ok: false, problem: `At most ${limits.assignees} people and roles can be asked.` };
  return { ok: true, assignees: [...assignees] };
}
