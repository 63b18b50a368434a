/**
 * Reads the frame headers of a client's byte stream, which may be split anywhere, and reports a frame whose payload is
 * over `largest` bytes. A WebSocket library limits only whole messages; the gateway also limits frames.
 * https://www.rfc-editor.org/rfc/rfc6455#section-5.2
 */
export function frameMeter(largest: number): (chunk: Uint8Array) => "within" | "over" {
  const header = Buffer.allocUnsafe(14);
  let read = 0;
  let skip = 0;
  return (chunk) => {
    let at = 0;
    while (at < chunk.length) {
      if (skip > 0) {
        const step = Math.min(skip, chunk.length - at);
        skip -= step;
        at += step;
        continue;
      }
      header[read++] = chunk[at++]!;
      if (read < headerLength(header, read)) continue;
      skip = payloadLength(header);
      read = 0;
      if (skip > largest) return "over";
    }
    return "within";
  };
}

function headerLength(header: Buffer, read: number): number {
  if (read < 2) return 2;
  const second = header[1]!;
  const mask = second & 0x80 ? 4 : 0;
  const extended = { 126: 2, 127: 8 }[second & 0x7f] ?? 0;
  return 2 + extended + mask;
}

function payloadLength(header: Buffer): number {
  const length = header[1]! & 0x7f;
  if (length === 126) return header.readUInt16BE(2);
  if (length === 127) return Number(header.readBigUInt64BE(2));
  return length;
}
