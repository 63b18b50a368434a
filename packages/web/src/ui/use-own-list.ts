import type { Channel } from "@callboard/client";
import { useUser } from "@callboard/client/react";
import { isChannel, listChannel, type Principal } from "@callboard/protocol";

/** The list of what the one who is signed in owns; it stays while a connection is made anew. */
export function useOwnList(kind: string): Channel | undefined {
  const id = useUser()?.id;
  if (id === undefined) return undefined;
  const own = listChannel(kind, `user/${id}` as Principal);
  return isChannel(own) ? own : undefined;
}
