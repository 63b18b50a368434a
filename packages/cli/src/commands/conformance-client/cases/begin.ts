import type { Channel } from "@callboard/protocol";
import type { Board } from "../board.ts";
import type { Link } from "../link.ts";
import type { Asked, Received, Stage } from "../stage.ts";

export const watch = "watch:video/v_1";
export const work = "work:video/v_1";
export const rule = "following-a-channel";
export const life = "connecting";

/** A heartbeat so short that a case does not have to wait for it. */
export const quick = { watch: 2000, work: 2000, inbox: 2000, list: 2000 };

const step = (percent: number, state = "running") => ({ execution: "post-processing:v_1", state, percent });

/** The channel's first values. */
export const atFirst = {
  title: { title: "Why queues beat locks" },
  "step/post-processing:v_1/transcribe": step(40),
  "step/post-processing:v_1/propose": step(0, "waiting"),
};
export const transcribe = "step/post-processing:v_1/transcribe";
export const propose = "step/post-processing:v_1/propose";
export { step };

/** The client follows a channel that has values, and shows them. */
export async function begin(
  stage: Stage,
  channel: Channel = watch,
  values: Readonly<Record<string, unknown>> = atFirst,
): Promise<{ board: Board; link: Link }> {
  const board = stage.board(channel);
  board.put(values);
  stage.follow(channel);
  await stage.shows(channel);
  return { board, link: stage.links.at(-1)! };
}

/** How long a client may hold what it considers a gap, and a little longer. */
const CALM_MS = 1000;

/**
 * The client has no reason to subscribe again: it does not do so before a ping that comes later. Needs a
 * quick heartbeat.
 */
export async function staysCalm(stage: Stage, link: Link, channel: Channel, from: number): Promise<Received> {
  const index = stage.received.length;
  const since = stage.now();
  return stage.until("a ping over the connection", () => {
    const again = stage.asked(channel, from)[0];
    const isNew = stage.links.at(-1) !== link;
    stage.check(
      !again && !isNew,
      "no new subscribe, since nothing is missing",
      isNew ? "a new connection" : `a ${again?.message.type} for ${channel}`,
    );
    return stage.received
      .slice(index)
      .find((one) => one.message.type === "ping" && one.link === link && one.at - since >= CALM_MS);
  });
}

/** The client subscribed after its own position. */
export function isAfter(stage: Stage, asked: Asked, epoch: string, offset: number, base?: number): void {
  const wanted = JSON.stringify({ epoch, offset, ...(base === undefined ? {} : { base }) });
  const { epoch: theirs, offset: at, base: theirBase } = asked.after ?? {};
  stage.check(
    theirs === epoch && at === offset && theirBase === base,
    `${asked.channel} is subscribed to after ${wanted}`,
    asked.after ? `after ${JSON.stringify(asked.after)}` : "without after",
  );
}
