import { randomBytes } from "node:crypto";

const TEXT_OPCODE = 1;
const CLOSE_OPCODE = 8;

/** A client's text frame (RFC 6455), at most 64 KB. */
export function textFrame(text: string): Buffer {
  const payload = Buffer.from(text);
  const head = payload.length < 126 ? 2 : 4;
  const frame = Buffer.allocUnsafe(head + 4 + payload.length);
  frame[0] = 0x80 | TEXT_OPCODE;
  if (head === 2) frame[1] = 0x80 | payload.length;
  else {
    frame[1] = 0x80 | 126;
    frame.writeUInt16BE(payload.length, 2);
  }
  const mask = randomBytes(4);
  mask.copy(frame, head);
  for (let i = 0; i < payload.length; i++) frame[head + 4 + i] = payload[i]! ^ mask[i % 4]!;
  return frame;
}

/** Reads a server's bytes and passes on each text: the buffer with its bounds, valid until it returns. */
export type ReadFrames = (chunk: Buffer) => void;

/**
 * Reads a server's frames: whole text messages; anything else but a close is passed over. `text` gets the bytes
 * inside the chunk; only a frame that arrived in pieces is copied.
 */
export function frameReader(text: (bytes: Buffer) => void): ReadFrames {
  let rest: Buffer | undefined;
  return (chunk) => {
    const bytes = rest ? Buffer.concat([rest, chunk]) : chunk;
    let start = 0;
    for (;;) {
      const frame = frameAt(bytes, start);
      if (!frame) break;
      if (frame.opcode === TEXT_OPCODE) text(bytes.subarray(frame.from, frame.to));
      if (frame.opcode === CLOSE_OPCODE) break;
      start = frame.to;
    }
    rest = start === bytes.length ? undefined : Buffer.from(bytes.subarray(start));
  };
}

/** The frame that begins at `start`; undefined while it is not whole. */
function frameAt(bytes: Buffer, start: number): { opcode: number; from: number; to: number } | undefined {
  if (bytes.length < start + 2) return undefined;
  if (!(bytes[start]! & 0x80)) throw new Error("a message in fragments, which none of the servers sends");
  let length = bytes[start + 1]! & 0x7f;
  let from = start + 2;
  if (length === 126) {
    if (bytes.length < start + 4) return undefined;
    length = bytes.readUInt16BE(start + 2);
    from = start + 4;
  } else if (length === 127) {
    if (bytes.length < start + 10) return undefined;
    length = Number(bytes.readBigUInt64BE(start + 2));
    from = start + 10;
  }
  const to = from + length;
  return bytes.length < to ? undefined : { opcode: bytes[start]! & 0x0f, from, to };
}
