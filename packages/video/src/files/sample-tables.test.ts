import { expect, it } from "vitest";
import { sample } from "../tasks/testing/sample.ts";
import { checkSampleTables } from "./sample-tables.ts";

const check = (bytes: Buffer) =>
  checkSampleTables(async (start, end) => bytes.subarray(start, end), bytes.length);

/** The sample with one changed number in the index of its n-th track. */
function damaged(box: string, offset: number, value: number, track = 1, more?: [number, number]): Buffer {
  const bytes = Buffer.from(sample("talk.mp4"));
  let at = -1;
  for (let n = 0; n < track; n++) at = bytes.indexOf(box, at + 1);
  bytes.writeUInt32BE(value, at + 4 + offset);
  if (more) bytes.writeUInt32BE(more[1], at + 4 + more[0]);
  return bytes;
}

it("accepts the sample", async () => {
  await expect(check(sample("talk.mp4"))).resolves.toBeUndefined();
});

it.each([
  ["a chunk of a billion samples", damaged("stsc", 12, 1e9)],
  ["such a chunk in the second track", damaged("stsc", 12 + 12 * 7, 1e9, 2)],
  ["times for four billion samples", damaged("stts", 8, 0xffffffff)],
  ["offsets for four billion samples", damaged("ctts", 8, 0xffffffff)],
  ["a billion samples of one size", damaged("stsz", 4, 1, 1, [8, 1e9])],
  ["more sizes than it lists", damaged("stsz", 8, 0xfffffff0)],
])("refuses an index that promises %s", async (_, bytes) => {
  await expect(check(bytes)).rejects.toMatchObject({ name: "NotAnMp4" });
});

it.each([
  ["nothing", Buffer.alloc(0)],
  ["text", Buffer.from("Once upon a time there was no video at all.")],
  ["boxes without a length", Buffer.alloc(4096)],
  ["a box that is longer than the file", Buffer.from("\xff\xff\xff\xffmoov\x00\x00\x00\x63trak", "latin1")],
])("ends with %s", async (_, bytes) => {
  await expect(check(bytes)).resolves.toBeUndefined();
});
