import { type Callboard, type ChannelView, connect, type Item } from "@callboard/client";
import type { Door } from "./door.ts";
import type { Random } from "./random.ts";
import { CrowdSocket } from "./sockets.ts";
import type { Seat } from "./story.ts";
import type { Witness } from "./witness.ts";

/** One client of the crowd: the real library, over its own real socket. */
export interface Member {
  readonly views: readonly ChannelView[];
  /** Connected, with every channel up to date. */
  readonly following: boolean;
}

/** What all members share. */
export interface Company {
  readonly url: string;
  readonly random: Random;
  /** Timeout of an attempt, including the wait at the door. */
  readonly openTimeoutMs: number;
  readonly door: Door;
  token(seat: Seat): Promise<string>;
  readonly witness: Witness;
  /** A member that had been following is back after this many milliseconds. */
  returned(absentMs: number): void;
  /** An inbox shows something new. */
  inbox(client: Callboard, seat: Seat, changed: readonly Item[]): void;
}

const REPLY_TIMEOUT_MS = 20_000;

export function openMember(seat: Seat, company: Company): Member {
  const { witness } = company;
  let leaveDoor = () => {};
  const client = connect({
    url: company.url,
    async token() {
      leaveDoor();
      leaveDoor = await company.door.enter();
      return company.token(seat);
    },
    WebSocket: CrowdSocket,
    name: "soak",
    random: company.random,
    openTimeoutMs: company.openTimeoutMs,
    replyTimeoutMs: REPLY_TIMEOUT_MS,
  });
  const views = seat.channels.map((channel) => client.channel(channel));
  let absentSince: number | undefined;
  let everFollowed = false;
  const isFollowing = () =>
    client.state.state === "connected" && views.every(({ status }) => status === "following");

  function look(): void {
    if (!isFollowing()) absentSince ??= performance.now();
    else if (absentSince !== undefined) {
      if (everFollowed) company.returned(performance.now() - absentSince);
      everFollowed = true;
      absentSince = undefined;
    }
  }

  look();
  client.onState(({ state }) => {
    if (state === "connected" || state === "waiting") leaveDoor();
    look();
  });
  for (const view of views) {
    const sight = witness.begin(view);
    view.follow((changed) => {
      witness.see(sight, changed);
      if (view.name.startsWith("inbox:")) company.inbox(client, seat, changed);
      look();
    });
  }
  return {
    views,
    get following() {
      return isFollowing();
    },
  };
}
