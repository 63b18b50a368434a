import type { Caller } from "@callboard/core";
import { isCapability, isReservedUser, Principal, principalRule, seconds } from "@callboard/protocol";
import type { FakeUser } from "../../fake/index.ts";

/** Who may connect, by tokens that nobody signs. */
export interface FakeUsers {
  /** Notes what a user's tokens say; answers what mints one. Throws for what no token can say. */
  enrol(user: string, says: FakeUser): () => string;
  /** Whose token it is; undefined: nobody's any more. */
  callerOf(token: string): Caller | undefined;
}

export function fakeUsers(now: () => number): FakeUsers {
  const tokens = new Map<string, Caller>();
  return {
    enrol(user, says) {
      const { expiresInSeconds = 3600, ...caller } = read(user, says);
      return () => {
        const token = `fake-${tokens.size + 1}`;
        tokens.set(token, { ...caller, expiresAt: now() + seconds(expiresInSeconds) });
        return token;
      };
    },
    callerOf(token) {
      const caller = tokens.get(token);
      return caller && caller.expiresAt > now() ? caller : undefined;
    },
  };
}

/** Real tokens leave out what does not fit; here it is a slip, and said. */
function read(user: string, says: FakeUser) {
  const { name, roles = [], capabilities = ["watch:*"], expiresInSeconds } = says;
  const id = typeof user === "string" && user.startsWith("user/") ? user.slice("user/".length) : "";
  if (!Principal.safeParse(user).success || id === "" || isReservedUser(id))
    throw new TypeError(`user: ${JSON.stringify(user)} is nobody (${principalRule}, such as user/ana)`);
  const principals = roles.map((role) => `role/${role}` as const);
  for (const [i, role] of principals.entries())
    if (!Principal.safeParse(role).success)
      throw new TypeError(`roles.${i}: ${JSON.stringify(roles[i])} is not the name of a role`);
  for (const [i, capability] of capabilities.entries())
    if (!isCapability(capability))
      throw new TypeError(`capabilities.${i}: ${JSON.stringify(capability)} is none (such as watch:order/*)`);
  if (expiresInSeconds !== undefined && !(expiresInSeconds > 0))
    throw new TypeError("expiresInSeconds: expected a number above 0");
  return { id, name: name ?? id, roles: principals, capabilities, expiresInSeconds };
}
