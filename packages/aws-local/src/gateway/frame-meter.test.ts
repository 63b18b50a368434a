import { expect, it } from "vitest";
import { frameMeter } from "./frame-meter.ts";

/** A masked text frame as a client sends it; the payload is zeros. */
function frame(length: number): Buffer {
  const extended = length < 126 ? 0 : length < 65_536 ? 2 : 8;
  const header = Buffer.alloc(2 + extended + 4);
  header[0] = 0x81;
  header[1] = 0x80 | (extended === 0 ? length : extended === 2 ? 126 : 127);
  if (extended === 2) header.writeUInt16BE(length, 2);
  if (extended === 8) header.writeBigUInt64BE(BigInt(length), 2);
  return Buffer.concat([header, Buffer.alloc(length)]);
}

it("lets frames of every header length pass up to the bound", () => {
  const meter = frameMeter(100_000);
  const stream = Buffer.concat([0, 125, 126, 65_535, 65_536, 100_000, 1].map(frame));
  expect(meter(stream)).toBe("within");
});

it("finds the frame that is one byte too large among others", () => {
  expect(frameMeter(32_768)(Buffer.concat([frame(5), frame(32_768), frame(32_769)]))).toBe("over");
});

it("reads a stream the same byte by byte as in one piece", () => {
  const meter = frameMeter(300);
  const stream = Buffer.concat([frame(200), frame(0), frame(300), frame(301)]);
  const verdicts = [...stream].map((byte) => meter(Uint8Array.of(byte)));
  const headerOfLast = stream.length - 301 - 4 - 2 - 2;
  expect(verdicts.indexOf("over")).toBe(headerOfLast + 7);
});
