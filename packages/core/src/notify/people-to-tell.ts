import type { Principal } from "@callboard/protocol";
import { keyOf } from "../access/people.ts";
import type { Ports, Reach } from "../ports/index.ts";
import { isErased } from "../request/erase.ts";
import type { FeedbackRequest } from "../request/request.ts";

/** Members of one role who are told at most. */
const mostOfRole = 100;

/** Keys of those whom a request is put to, as users or by a role that they came with last, each once. */
export async function peopleToTell(
  ports: Pick<Ports, "ids"> & { readonly reach: Pick<Ports["reach"], "withRole"> },
  { assignees }: Pick<FeedbackRequest, "assignees">,
): Promise<string[]> {
  const users = assignees.filter((one) => one.startsWith("user/") && !isErased(one));
  const roles = assignees.filter((one) => one.startsWith("role/"));
  const members = await Promise.all(roles.map((role) => ports.reach.withRole(role, mostOfRole)));
  return [...new Set([...users.map((one) => keyOf(ports, one)), ...members.flat()])];
}

/** All that somebody is asked as. */
export const principalsOf = ({ person, roles }: Reach): Principal[] => [`user/${person.id}`, ...roles];

/** As what a request is put to somebody; undefined: it is not, or not any more. */
export const askedAs = (
  reach: Reach,
  { assignees }: Pick<FeedbackRequest, "assignees">,
): Principal | undefined => principalsOf(reach).find((principal) => assignees.includes(principal));
