import type { PeopleFound, RequestId } from "@callboard/protocol";
import type { ReadHttp } from "../http/reading.ts";

/** A person who can be asked. Two people may have the same name: only the id distinguishes them. */
export type FoundPerson = PeopleFound["people"][number];

/**
 * Searches people by the beginnings of their names. Undefined when the caller may not search, or there is no
 * answer. Rejects when it is aborted.
 */
export async function findPeople(
  read: ReadHttp,
  request: RequestId,
  name: string,
  signal: AbortSignal,
): Promise<FoundPerson[] | undefined> {
  const found = await read(`/people?${new URLSearchParams({ request, name })}`, signal);
  const { PeopleFound } = await import("../http/calls.ts");
  return PeopleFound.safeParse(found?.body).data?.people;
}
