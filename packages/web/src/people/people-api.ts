import type { RequestId } from "@callboard/protocol";
import { Principal } from "@callboard/protocol";
import { createContext } from "react";
import * as z from "zod/mini";

const Found = z.object({ people: z.array(z.object({ id: Principal, name: z.string() })) });

/** Somebody whom a question can be put to. Two may have one name: only the id tells them apart. */
export type FoundPerson = z.infer<typeof Found>["people"][number];

/** Looks for people by the beginnings of their names. */
export interface PeopleApi {
  /** Undefined: nobody can be looked for, since the caller may not, or there is no answer. Rejects when it is aborted. */
  find(requestId: RequestId, name: string, signal: AbortSignal): Promise<FoundPerson[] | undefined>;
}

const answerMs = 5_000;

/** Nobody is found where the host names no HTTP API. */
const nowhere: PeopleApi = { find: async () => undefined };

/** Speaks to Callboard's HTTP API; every search gives up after 5 seconds. */
export function peopleApi(
  httpUrl: string | undefined,
  token: () => Promise<string>,
  fetch: typeof globalThis.fetch,
): PeopleApi {
  if (httpUrl === undefined) return nowhere;
  return {
    async find(request, name, signal) {
      try {
        const response = await fetch(`${httpUrl}/people?${new URLSearchParams({ request, name })}`, {
          cache: "no-store",
          signal: AbortSignal.any([signal, AbortSignal.timeout(answerMs)]),
          headers: { authorization: `Bearer ${await token()}` },
        });
        return response.ok ? Found.parse(await response.json()).people : undefined;
      } catch (cause) {
        if (signal.aborted) throw cause;
        return undefined;
      }
    },
  };
}

/** Where the page looks for people. */
export const PeopleContext = createContext<PeopleApi>(nowhere);
