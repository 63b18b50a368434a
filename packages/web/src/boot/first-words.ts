import type { Channel } from "@callboard/client";
import { isChannel } from "@callboard/protocol";
import type { Place } from "../session/link.ts";
import type { Role } from "../session/token.ts";

/**
 * The channels that a page will certainly follow, from its address and its token; only well-formed names. The
 * server decides who the user is, and refuses a channel of somebody else's separately.
 */
export function channelsAhead(role: Role, user: string | undefined, { subject }: Place): Channel[] {
  const names =
    role === "creator"
      ? [user && `inbox:user/${user}`, subject && `work:${subject}`, user && `list:video/user/${user}`]
      : [subject && `watch:${subject}`];
  return names.filter((name): name is Channel => name !== undefined && isChannel(name));
}

/** The client name that a page sends. */
export const clientName = (role: Role): string => `callboard-web/${role}`;

/** Exactly the hello that the client will send when it follows these channels. */
export function firstHello(role: Role, channels: readonly Channel[]): string {
  const subscribes = Object.fromEntries(channels.map((name) => [name, { sub: 1 }]));
  return JSON.stringify({
    type: "hello",
    id: "m1",
    client: clientName(role),
    ...(channels.length > 0 && { channels: subscribes }),
  });
}
