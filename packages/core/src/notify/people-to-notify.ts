import type { Principal } from "@callboard/protocol";
import { keyOf } from "../access/people.ts";
import type { Ports, Reach } from "../ports/index.ts";
import { isErased } from "../request/erase.ts";
import type { FeedbackRequest } from "../request/request.ts";

/** The most members of one role who are notified. */
const MAX_ROLE_MEMBERS = 100;

/** Keys of the people to whom a request is assigned, as users or by a role in their last token, each once. */
export async function peopleToNotify(
  ports: Pick<Ports, "ids"> & { readonly reach: Pick<Ports["reach"], "withRole"> },
  { assignees }: Pick<FeedbackRequest, "assignees">,
): Promise<string[]> {
  const users = assignees.filter((one) => one.startsWith("user/") && !isErased(one));
  const roles = assignees.filter((one) => one.startsWith("role/"));
  const members = await Promise.all(roles.map((role) => ports.reach.withRole(role, MAX_ROLE_MEMBERS)));
  return [...new Set([...users.map((one) => keyOf(ports, one)), ...members.flat()])];
}

/** All principals by which a person can be asked. */
export const principalsOf = ({ person, roles }: Reach): Principal[] => [`user/${person.id}`, ...roles];

/** The principal by which a person is asked; undefined: they are not asked, or no longer. */
export const askedAs = (
  reach: Reach,
  { assignees }: Pick<FeedbackRequest, "assignees">,
): Principal | undefined => principalsOf(reach).find((principal) => assignees.includes(principal));
