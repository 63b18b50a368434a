import { expect, it } from "vitest";
import { outgoingMessage } from "./outgoing-message.ts";

it.each([
  [0, "8100"],
  [1, "8101"],
  [125, "817d"],
  [126, "817e007e"],
  [65_535, "817effff"],
  [65_536, "817f0000000000010000"],
  [131_072, "817f0000000000020000"],
])("puts a header before %i bytes of text, in one piece", (size, header) => {
  const data = Buffer.alloc(size, "x");
  const expected = Buffer.concat([Buffer.from(header, "hex"), data]);
  for (const message of [outgoingMessage(data), outgoingMessage(data.toString())]) {
    expect(message.size).toBe(size);
    expect(message.frame.equals(expected)).toBe(true);
  }
});

it("counts bytes and not characters", () => {
  const { size, frame } = outgoingMessage("grüß 👋");
  expect(size).toBe(11);
  expect(frame.subarray(2).toString()).toBe("grüß 👋");
});

it("sends bytes that are not UTF-8 as a binary message, and half a character of a text as valid text", () => {
  expect(outgoingMessage(Uint8Array.of(0xff)).frame).toEqual(Buffer.of(0x82, 1, 0xff));
  expect(outgoingMessage("\ud800").frame).toEqual(Buffer.of(0x81, 3, 0xef, 0xbf, 0xbd));
});
