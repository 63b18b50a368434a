import type { RequestId } from "@callboard/protocol";
import { type FoundPerson, searchPeople } from "../access/people.ts";
import type { Caller } from "../access/principal.ts";
import type { Ports } from "../ports/index.ts";
import { owns } from "./act.ts";

/** A person who may reassign a request, and the text by which they search for others. */
export interface PeopleSearch {
  /** The request to reassign. */
  readonly requestId: RequestId;
  readonly name: string;
}

/**
 * Finds people by the beginnings of their names, for an owner of the request's subject. Nobody else can see which
 * people there are.
 */
export async function findPeople(
  ports: Pick<Ports, "requests" | "heads" | "people">,
  caller: Caller,
  { requestId, name }: PeopleSearch,
): Promise<FoundPerson[] | "not_found" | "forbidden"> {
  if (caller.guest) return "forbidden";
  const request = await ports.requests.read(requestId);
  if (!request) return "not_found";
  return (await owns(ports, caller, request)) ? searchPeople(ports, name) : "forbidden";
}
