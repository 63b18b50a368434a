import type { PeopleFound, RequestId } from "@callboard/protocol";
import type { ReadHttp } from "../http/reading.ts";

/** Somebody whom a question can be put to. Two may have one name: only the id tells them apart. */
export type FoundPerson = PeopleFound["people"][number];

/**
 * Looks for people by the beginnings of their names. Undefined: nobody can be looked for, since the caller may not, or there
 * is no answer. Rejects when it is aborted.
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
