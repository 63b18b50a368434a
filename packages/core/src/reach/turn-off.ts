import type { Ports } from "../ports/index.ts";
import { turnOff } from "./doors.ts";

/** Changes of somebody's settings that one unsubscription takes up. */
const mostTries = 8;

/**
 * Turns a door off for whoever a token names that came through it; again is fine, and so is somebody of whom nothing is
 * known any more. False: it is no such token.
 */
export async function turnOffByToken(
  { doorTokens, reach }: Pick<Ports, "doorTokens" | "reach">,
  token: string,
): Promise<boolean> {
  const claims = await doorTokens.open(token);
  if (claims?.kind !== "unsubscribe") return false;
  for (let tries = 0; tries < mostTries; tries++) {
    const known = await reach.read(claims.key);
    const after = known && turnOff(known, claims.door);
    if (after === known || (await reach.replace(known, after))) return true;
  }
  throw new Error("others changed how somebody is reached while a door was turned off");
}
