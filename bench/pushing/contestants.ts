import { viewerProtocols } from "../callboard/tokens.ts";
import type { Child, Commands } from "../children/child.ts";
import type { Broadcaster } from "../processes/broadcaster.ts";
import type { CallboardProcess } from "../processes/callboard.ts";
import type { Coming, Crowd } from "../processes/crowd.ts";
import type { Poster } from "../processes/poster.ts";
import type { ServerlessOffline } from "../processes/serverless-offline.ts";
import type { SocketIo } from "../processes/socket-io.ts";
import type { Context } from "../row.ts";
import { settleAudience } from "./settle-audience.ts";

/** A way to send one message to many browsers, with browsers of its own. */
export interface Contestant {
  readonly crowd: Child<Crowd>;
  /** The process whose processor time is counted. */
  readonly server?: Child<Commands>;
  /** Connects browsers up to a number, and waits until nothing is sent any more. */
  grow(size: number): Promise<void>;
  /** Sends all of them a text with a marker; returns when it began, on the machine's clock. */
  tell(marker: string, text: string): Promise<number>;
}

type Start = Pick<Context, "start">;

const subject = "bench/push";
const channel = `watch:${subject}` as const;
const OPENINGS_AT_ONCE = 32;
/** As many as Callboard posts at the same time for one page. */
const IN_FLIGHT = 128;

/** The event whose delta everybody waits for. */
const progress = (marker: string) => ({
  subject,
  step: "measure",
  state: "running",
  at: Date.now(),
  message: `so far all is well, says ${marker}`,
  percent: 50,
});

/** Browsers that connect in steps; `settle` is called after each step. */
function growing(
  crowd: Child<Crowd>,
  coming: Omit<Coming, "count" | "atOnce">,
  settle: (size: number) => Promise<void> = async () => {},
) {
  const ids: string[] = [];
  return {
    ids,
    async grow(size: number): Promise<void> {
      const count = size - ids.length;
      const { ids: come } = await crowd.call("come", { ...coming, count, atOnce: OPENINGS_AT_ONCE });
      ids.push(...come);
      await settle(size);
    },
  };
}

/** Callboard, by an event on its bus; and, to the same browsers, a bare loop of signed posts. */
export async function callboard(
  { start }: Start,
  posts: "http" | "in-process",
): Promise<{ push: Contestant; loop: Contestant }> {
  const crowd = await start<Crowd>("crowd");
  const server = await start<CallboardProcess>("callboard");
  const { socket, pages } = await server.call("start", { posts });
  const protocols = await viewerProtocols(pages);
  const tell = (marker: string) => server.call("put", "Progress Reported", [progress(marker)]);
  const { ids, grow } = growing(
    crowd,
    { url: socket, dialect: "callboard", protocols, channels: [channel] },
    (size) => settleAudience({ server, crowd, channel, tell }, size),
  );
  return {
    push: { crowd, server, grow, tell },
    loop: {
      crowd,
      server,
      grow: async () => {},
      tell: (_marker, text) => server.call("post", "lean", ids, text, IN_FLIGHT),
    },
  };
}

/** A bare `ws` server's loop over its clients. */
export async function bareWs({ start }: Start): Promise<Contestant> {
  const crowd = await start<Crowd>("crowd");
  const server = await start<Broadcaster>("broadcaster");
  const { grow } = growing(crowd, { url: await server.call("url"), dialect: "plain" });
  return { crowd, server, grow, tell: (_marker, text) => server.call("broadcast", text) };
}

/** A Socket.IO room. */
export async function socketIo({ start }: Start): Promise<Contestant> {
  const crowd = await start<Crowd>("crowd");
  const server = await start<SocketIo>("socket-io");
  const { grow } = growing(crowd, { url: await server.call("url"), dialect: "socketIo" });
  return { crowd, server, grow, tell: (_marker, text) => server.call("broadcast", text) };
}

/** The SDK's client, in a process of its own, posting to serverless-offline. */
export async function serverlessOffline({ start }: Start): Promise<Contestant> {
  const crowd = await start<Crowd>("crowd");
  const port = await (await start<ServerlessOffline>("serverless-offline")).call("start");
  const poster = await start<Poster>("poster");
  await poster.call("by", "sdk", `http://127.0.0.1:${port}`);
  const { ids, grow } = growing(crowd, { url: `ws://127.0.0.1:${port}/`, dialect: "serverlessOffline" });
  return {
    crowd,
    grow,
    tell: async (_marker, text) => (await poster.call("post", ids, text, IN_FLIGHT)).start,
  };
}
