import type { AttendingValue, Principal, RequestId, RequestValue } from "@callboard/protocol";
import { type Items, valuesUnder } from "./items.ts";
import { attending } from "./values.ts";

/**
 * The other people who attend to a question at `now` (milliseconds): first those who are reviewing it, then
 * by arrival.
 */
export function attendersOf(
  items: Items,
  requestId: RequestId,
  me: string | undefined,
  now: number,
): AttendingValue[] {
  return valuesUnder(items, `attending/${requestId}/`, attending)
    .filter(({ until, user }) => until > now && (me === undefined || !isSamePerson(user.id, me)))
    .sort((a, b) => rank(a) - rank(b) || a.at - b.at || (a.user.id < b.user.id ? -1 : 1));
}

const rank = ({ state }: AttendingValue): number => (state === "reviewing" ? 0 : 1);

/** When the first of them expires unless it is repeated; undefined when nobody attends. */
export const nextLapse = (attenders: readonly AttendingValue[]): number | undefined =>
  attenders.length === 0 ? undefined : Math.min(...attenders.map(({ until }) => until));

/** A person's id without the prefix `user/`. */
export const plainId = (id: string): string => id.replace(/^user\//, "");

/** Whether two ids mean the same person, each as `ana` or `user/ana`. */
export const isSamePerson = (a: string, b: string): boolean => plainId(a) === plainId(b);

/** The assignees of a question that the user has seen, and those who were added meanwhile. */
export interface AskedPeople {
  readonly requestId: string;
  readonly assignees: readonly Principal[];
  /**
   * Who was added, and since when, in milliseconds; undefined when the assignees are those of the beginning.
   */
  readonly also: { readonly principals: readonly Principal[]; readonly since: number } | undefined;
}

/**
 * Follows the assignees of a question: people added to the former ones are an escalation, other people in
 * their place are not.
 */
export function followAsked(
  before: AskedPeople | undefined,
  { requestId, assignees }: Pick<RequestValue, "requestId" | "assignees">,
  changedAt: number,
): AskedPeople {
  if (before?.requestId !== requestId) return { requestId, assignees, also: undefined };
  const added = assignees.filter((one) => !before.assignees.includes(one));
  const kept = before.assignees.every((one) => assignees.includes(one));
  if (added.length === 0 && kept) return before;
  if (!kept) return { requestId, assignees, also: undefined };
  return { requestId, assignees, also: { principals: added, since: changedAt } };
}
