import { isUtf8 } from "node:buffer";

/** A message to clients as it goes over the wire: made once, and written to any number of sockets. */
export interface OutgoingMessage {
  /** Of the payload, in bytes. */
  readonly size: number;
  /** Header and payload in one piece, so that each socket takes one write. */
  readonly frame: Buffer;
}

const FINAL = 0x80;
const TEXT = 0x1;
const BINARY = 0x2;

/**
 * Frames a message as a server does, unmasked and in one frame. Bytes that are no UTF-8 go as a binary message, since a
 * text frame of them would make the client drop the connection.
 * https://www.rfc-editor.org/rfc/rfc6455#section-5.2
 */
export function outgoingMessage(data: string | Uint8Array): OutgoingMessage {
  const size = typeof data === "string" ? Buffer.byteLength(data) : data.byteLength;
  const headerBytes = size < 126 ? 2 : size < 65_536 ? 4 : 10;
  const frame = Buffer.allocUnsafe(headerBytes + size);
  frame[0] = FINAL | (typeof data === "string" || isUtf8(data) ? TEXT : BINARY);
  if (headerBytes === 2) frame[1] = size;
  else if (headerBytes === 4) {
    frame[1] = 126;
    frame.writeUInt16BE(size, 2);
  } else {
    frame[1] = 127;
    frame.writeBigUInt64BE(BigInt(size), 2);
  }
  if (typeof data === "string") frame.write(data, headerBytes);
  else frame.set(data, headerBytes);
  return { size, frame };
}
