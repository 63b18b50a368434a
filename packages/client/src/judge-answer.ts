import type { ChannelMap, Position, Subscribed } from "@callboard/protocol";

/** An answer to a subscribe that is no refusal. */
export type Answer = Exclude<Subscribed, { error: unknown }>;

/**
 * How an answer stands to the map as deltas have made it since the subscribe was sent. `anew`: it is all there is, or
 * the first page of that; `further`: it is what the map lacks; `overtaken`: deltas have brought the map further.
 */
export type Judgement = "anew" | "further" | "overtaken";

/** Judges an answer; `asked` is the position that the subscribe named, if any. */
export function judgeAnswer(map: ChannelMap, asked: Position | undefined, answer: Answer): Judgement {
  if (isOvertaken(map, asked, answer)) return "overtaken";
  return answer.reset === true || answer.epoch !== asked?.epoch ? "anew" : "further";
}

function isOvertaken(map: ChannelMap, asked: Position | undefined, answer: Answer): boolean {
  // Below what was asked after is another matter: there the server has lost something, and is right.
  if (answer.epoch === map.epoch) return answer.offset < map.offset && answer.offset >= (asked?.offset ?? 0);
  // A delta from the very beginning came after the server had read a channel that was of old, or not yet born.
  const bornSince = map.epoch !== asked?.epoch;
  return bornSince && (answer.epoch === asked?.epoch || (answer.offset === 0 && !answer.more));
}
