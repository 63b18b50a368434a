import { limits } from "@callboard/protocol";
import { describe, expect, it } from "vitest";
import type { ChannelMeta, Entry } from "../ports/index.ts";
import { boundPassed, type Channels, isWithin, placed, sizeOf } from "./counts.ts";

const empty: ChannelMeta = {
  head: 0,
  shards: 1,
  floor: 0,
  keys: 0,
  bytes: 0,
  removed: 0,
  pushed: 0,
  pushedAt: 0,
  flushAt: 0,
};
const entry = (key: string, value: unknown) => ({ key, value, version: "1", at: 0 });
const subject = () => ({ watch: { ...empty, head: 4 }, work: { ...empty, head: 7 } }) as Channels;

/** Puts values of one key, one after the other. */
function put(key: string, ...values: unknown[]) {
  const channels = subject();
  let known: Entry | undefined;
  for (const value of values) known = placed(entry(key, value), known, channels, ["watch", "work"]);
  return { channels, offsets: known!.offsets };
}

describe("an entry", () => {
  it("gets the next offset of each channel that shows it, and no other offset", () => {
    expect(put("title", "A").offsets).toEqual({ watch: 5, work: 8 });
    expect(put("private/a", 1)).toMatchObject({
      offsets: { work: 8 },
      channels: { watch: { head: 4, keys: 0 }, work: { head: 8, keys: 1 } },
    });
  });

  it("is counted as the channel shows it", () => {
    const { watch, work } = put("execution/e", { state: "failed", cause: "long" }).channels;
    expect([watch!.bytes, work!.bytes]).toEqual(
      [{ state: "failed" }, { state: "failed", cause: "long" }].map(sizeOf),
    );
  });

  it("counts once, with the bytes of its last value", () => {
    expect(put("title", "A", "Longer").channels.work).toMatchObject({ keys: 1, bytes: 8, removed: 0 });
  });

  it("counts as a removed key after its removal, until it is set again", () => {
    expect(put("title", "A", null).channels.work).toMatchObject({ keys: 0, bytes: 0, removed: 1 });
    expect(put("title", "A", null, null).channels.work).toMatchObject({ keys: 0, removed: 1 });
    expect(put("title", null).channels.work).toMatchObject({ keys: 0, removed: 1 });
    expect(put("title", "A", null, "B").channels.work).toMatchObject({ keys: 1, bytes: 3, removed: 0 });
  });
});

it("passes a limit only with a change that makes the channel fuller", () => {
  const keys = { ...empty, keys: limits.channelKeys };
  const bytes = { ...empty, bytes: limits.channelBytes };
  expect(boundPassed(empty, keys)).toBeUndefined();
  expect(boundPassed(empty, bytes)).toBeUndefined();
  const more = [
    { ...keys, keys: keys.keys + 1 },
    { ...bytes, bytes: bytes.bytes + 1 },
  ] as const;
  expect(boundPassed(keys, more[0])).toBe("channelKeys");
  expect(boundPassed(bytes, more[1])).toBe("channelBytes");
  expect(more.map((one) => boundPassed(one, one))).toEqual([undefined, undefined]);
});

it("is within a share of its limits if both its keys and its bytes are", () => {
  const half = { ...empty, keys: limits.channelKeys / 2, bytes: limits.channelBytes / 2 };
  expect(isWithin(half, 0.5)).toBe(true);
  expect(isWithin({ ...half, keys: half.keys + 1 }, 0.5)).toBe(false);
  expect(isWithin({ ...half, bytes: half.bytes + 1 }, 0.5)).toBe(false);
});
