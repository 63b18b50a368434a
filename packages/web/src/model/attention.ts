import { AttendingValue, type RequestId } from "@callboard/protocol";
import { type Items, valuesUnder } from "./items.ts";
import { isSamePerson, whoText } from "./words.ts";

/** The others who attend to a question at `now` (milliseconds): those at it first, then in the order in which they came. */
export function attendersOf(
  items: Items,
  requestId: RequestId,
  me: string | undefined,
  now: number,
): AttendingValue[] {
  return valuesUnder(items, `attending/${requestId}/`, AttendingValue)
    .map((entry) => entry.value)
    .filter(({ until, user }) => until > now && (me === undefined || !isSamePerson(user.id, me)))
    .sort((a, b) => rank(a) - rank(b) || a.at - b.at || (a.user.id < b.user.id ? -1 : 1));
}

const rank = ({ state }: AttendingValue): number => (state === "reviewing" ? 0 : 1);

/** "Ben is reviewing" or "Ben has it open". */
export const attenderText = ({ user, state }: Pick<AttendingValue, "user" | "state">): string =>
  `${whoText(user, undefined)} ${state === "reviewing" ? "is reviewing" : "has it open"}`;

/** When the first of them means nothing any more, unless it is said again. */
export const nextLapse = (attenders: readonly AttendingValue[]): number | undefined =>
  attenders.length === 0 ? undefined : Math.min(...attenders.map(({ until }) => until));
