import { limits, type Principal, type RequestValue } from "@callboard/protocol";
import type { Entry, Members } from "../ports/index.ts";

/**
 * Adds members to a subject; returns the same lists if nobody is new. The number of owners is limited. Of the
 * followers, the first to come are dropped first, except those whom an open question waits for. `undefined`: to know
 * those, all entries must be read.
 */
export function joinMembers(
  members: Members,
  more: Partial<Members>,
  entries: Iterable<Entry> | undefined,
): Members | undefined {
  const { owners: newOwners = [], followers: newFollowers = [] } = more;
  const owners = union(members.owners, newOwners);
  const followers = union(members.followers, newFollowers);
  const joined = {
    owners:
      owners === members.owners ? owners : owners.slice(0, Math.max(limits.owners, members.owners.length)),
    followers,
  };
  if (followers === members.followers || followers.length <= limits.followers) return joined;
  if (!entries) return undefined;
  const needed = new Set([...newFollowers, ...askedIn(entries)]);
  let free = limits.followers - followers.filter((one) => needed.has(one)).length;
  const kept = followers.toReversed().filter((one) => needed.has(one) || free-- > 0);
  return { ...joined, followers: kept.reverse() };
}

/** Everybody whom a question waits for, or whose answer is on its way to the execution. */
const askedIn = (entries: Iterable<Entry>): Principal[] =>
  [...entries]
    .filter(({ key, value }) => key.startsWith("request/") && value !== null)
    .map(({ value }) => value as RequestValue)
    .filter(({ state }) => state === "open" || state === "answered")
    .flatMap(({ assignees }) => assignees);

function union(known: readonly Principal[], more: readonly Principal[]): readonly Principal[] {
  const all = [...new Set([...known, ...more])];
  return all.length === known.length ? known : all;
}
