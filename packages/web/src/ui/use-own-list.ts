import type { Channel } from "@callboard/client";
import { useUser } from "@callboard/client/react";
import { isChannel, listChannel, type Principal } from "@callboard/protocol";

/** The list of the signed-in user's own subjects; it stays during a reconnect. */
export function useOwnList(kind: string): Channel | undefined {
  const id = useUser()?.id;
  if (id === undefined) return undefined;
  const own = listChannel(kind, `user/${id}` as Principal);
  return isChannel(own) ? own : undefined;
}
