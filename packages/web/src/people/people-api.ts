import type { PeopleFound, RequestId } from "@callboard/protocol";
import { createContext } from "react";

/** Somebody whom a question can be put to. Two may have one name: only the id tells them apart. */
export type FoundPerson = PeopleFound["people"][number];

/** Looks for people by the beginnings of their names. */
export interface PeopleApi {
  /** Undefined: nobody can be looked for, since the caller may not, or there is no answer. Rejects when it is aborted. */
  find(requestId: RequestId, name: string, signal: AbortSignal): Promise<FoundPerson[] | undefined>;
}

const answerMs = 5_000;

const nowhere: PeopleApi = { find: async () => undefined };

/** Speaks to Callboard's HTTP API; every search gives up after 5 seconds. */
export function peopleApi(
  httpUrl: string,
  token: () => Promise<string>,
  fetch: typeof globalThis.fetch,
): PeopleApi {
  return {
    async find(request, name, signal) {
      try {
        const response = await fetch(`${httpUrl}/people?${new URLSearchParams({ request, name })}`, {
          cache: "no-store",
          signal: AbortSignal.any([signal, AbortSignal.timeout(answerMs)]),
          headers: { authorization: `Bearer ${await token()}` },
        });
        if (!response.ok) return undefined;
        const { PeopleFound } = await import("../http/calls.ts");
        return PeopleFound.parse(await response.json()).people;
      } catch (cause) {
        if (signal.aborted) throw cause;
        return undefined;
      }
    },
  };
}

/** Where the page looks for people. */
export const PeopleContext = createContext<PeopleApi>(nowhere);
