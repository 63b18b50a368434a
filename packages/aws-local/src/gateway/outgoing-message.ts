import { isUtf8 } from "node:buffer";

/** A message to clients as it goes over the wire: built once, and written to any number of sockets. */
export interface OutgoingMessage {
  /** Size of the payload, in bytes. */
  readonly size: number;
  /** Header and payload in one buffer, so that each socket needs one write. */
  readonly frame: Buffer;
}

const FINAL = 0x80;
const TEXT = 0x1;
const BINARY = 0x2;

/**
 * Frames a message as a server does, unmasked and in one frame. Bytes that are not UTF-8 go as a binary message, because
 * a client would close on a text frame of them. https://www.rfc-editor.org/rfc/rfc6455#section-5.2
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
