import type { DoorClaims, DoorTokens } from "../ports/index.ts";

/** Door tokens in memory: only tokens that were sealed here can be opened. */
export function memoryDoorTokens(): DoorTokens {
  const sealed = new Map<string, DoorClaims>();
  return {
    async seal(claims) {
      const token = `sealed-in-memory.${String(sealed.size).padStart(6, "0")}`;
      sealed.set(token, claims);
      return token;
    },
    open: async (token) => sealed.get(token),
  };
}
