import type { Caller } from "@callboard/core";
import { isCapability, isReservedUser, Principal, principalRule, seconds } from "@callboard/protocol";
import type { FakeUser } from "../../fake/index.ts";

/** Who may connect, with tokens that are not signed. */
export interface FakeUsers {
  /**
   * Keeps the claims of a user's tokens; returns a function that issues one. Throws for claims that a token
   * cannot hold.
   */
  register(user: string, says: FakeUser): () => string;
  /** The user of a token; undefined when it has expired. */
  callerOf(token: string): Caller | undefined;
}

export function fakeUsers(now: () => number): FakeUsers {
  const tokens = new Map<string, Caller>();
  return {
    register(user, says) {
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

/** Real tokens leave out claims that do not fit; here they are errors. */
function read(user: string, says: FakeUser) {
  const { name, roles = [], capabilities = ["watch:*"], expiresInSeconds } = says;
  const id = typeof user === "string" && user.startsWith("user/") ? user.slice("user/".length) : "";
  if (!Principal.safeParse(user).success || id === "" || isReservedUser(id))
    throw new TypeError(`user: ${JSON.stringify(user)} is not a user (${principalRule}, such as user/ana)`);
  const principals = roles.map((role) => `role/${role}` as const);
  for (const [i, role] of principals.entries())
    if (!Principal.safeParse(role).success)
      throw new TypeError(`roles.${i}: ${JSON.stringify(roles[i])} is not the name of a role`);
  for (const [i, capability] of capabilities.entries())
    if (!isCapability(capability))
      throw new TypeError(
        `capabilities.${i}: ${JSON.stringify(capability)} is not a capability (such as watch:order/*)`,
      );
  if (expiresInSeconds !== undefined && !(expiresInSeconds > 0))
    throw new TypeError("expiresInSeconds: expected a number above 0");
  return { id, name: name ?? id, roles: principals, capabilities, expiresInSeconds };
}
