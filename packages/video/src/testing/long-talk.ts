/**
 * The sample talk as if it were four times as long: changes the duration of the movie and its tracks, not their frames.
 */
export function longTalk(talk: Buffer): Buffer {
  const long = Buffer.from(talk);
  for (const [box, offset] of [
    ["mvhd", 20],
    ["tkhd", 24],
    ["mdhd", 20],
  ] as const)
    for (let at = long.indexOf(box); at >= 0; at = long.indexOf(box, at + 4))
      long.writeUInt32BE(long.readUInt32BE(at + offset) * 4, at + offset);
  return long;
}
