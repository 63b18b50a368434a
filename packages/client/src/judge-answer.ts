import type { ChannelMap, Position, Subscribed } from "@callboard/protocol";

/** An answer to a subscribe that is not a refusal. */
export type Answer = Exclude<Subscribed, { error: unknown }>;

/**
 * How an answer compares with the map, which deltas may have changed since the subscribe. `whole`: it is the
 * whole channel, or its first page; `further`: it is what the map lacks; `overtaken`: deltas have brought the
 * map further.
 */
export type Judgement = "whole" | "further" | "overtaken";

/** Judges an answer; `asked` is the position in the subscribe, if any. */
export function judgeAnswer(map: ChannelMap, asked: Position | undefined, answer: Answer): Judgement {
  if (isOvertaken(map, asked, answer)) return "overtaken";
  return answer.reset === true || answer.epoch !== asked?.epoch ? "whole" : "further";
}

function isOvertaken(map: ChannelMap, asked: Position | undefined, answer: Answer): boolean {
  // An answer below the position asked for is different: the server has lost something, and its answer
  // counts.
  if (answer.epoch === map.epoch) return answer.offset < map.offset && answer.offset >= (asked?.offset ?? 0);
  // A delta from 0 came after the server had read the channel when that had an older epoch, or no epoch yet.
  const isNewEpoch = map.epoch !== asked?.epoch;
  return isNewEpoch && (answer.epoch === asked?.epoch || (answer.offset === 0 && !answer.more));
}
