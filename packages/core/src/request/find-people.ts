import type { RequestId } from "@callboard/protocol";
import { type FoundPerson, searchPeople } from "../access/people.ts";
import type { Caller } from "../access/principal.ts";
import type { Ports } from "../ports/index.ts";
import { owns } from "./act.ts";

/** Somebody who may put a request to others, and by whose name they look for people. */
export interface Looking {
  /** The request that is to be put to others. */
  readonly requestId: RequestId;
  readonly name: string;
}

/**
 * People by the beginnings of their names, for whoever may put that request to others: the owners of its subject. Nobody
 * else learns who there is.
 */
export async function findPeople(
  ports: Pick<Ports, "requests" | "heads" | "people">,
  caller: Caller,
  { requestId, name }: Looking,
): Promise<FoundPerson[] | "not_found" | "forbidden"> {
  if (caller.guest) return "forbidden";
  const request = await ports.requests.read(requestId);
  if (!request) return "not_found";
  return (await owns(ports, caller, request)) ? searchPeople(ports, name) : "forbidden";
}
