import type { Channel } from "@callboard/client";
import { isChannel } from "@callboard/protocol";
import type { Place } from "../session/link.ts";
import type { Role } from "../session/token.ts";

/**
 * The channels that a page is sure to follow, as far as its address and its token tell; nothing that is not well-formed.
 * Who somebody is the server says: a channel that is not theirs is refused for itself.
 */
export function channelsAhead(role: Role, user: string | undefined, { subject }: Place): Channel[] {
  const names =
    role === "creator"
      ? [user && `inbox:user/${user}`, subject && `work:${subject}`, user && `list:video/user/${user}`]
      : [subject && `watch:${subject}`];
  return names.filter((name): name is Channel => name !== undefined && isChannel(name));
}

/** How the client of a page calls itself. */
export const clientName = (role: Role): string => `callboard-web/${role}`;

/** The hello that the client will say, to the letter, once it follows these channels. */
export function firstHello(role: Role, channels: readonly Channel[]): string {
  const subscribes = Object.fromEntries(channels.map((name) => [name, { sub: 1 }]));
  return JSON.stringify({
    type: "hello",
    id: "m1",
    client: clientName(role),
    ...(channels.length > 0 && { channels: subscribes }),
  });
}
