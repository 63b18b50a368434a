import type { Entry } from "@callboard/core";
import { newMeta } from "@callboard/core/testing/head-changes.ts";
import { channelKindsOf, keyKinds, workChannel } from "@callboard/protocol";
import * as fc from "fast-check";
import { expect, it } from "vitest";
import {
  noRows,
  packEntry,
  packHead,
  packVersion,
  rowBytes,
  type StoredHead,
  unpackEntry,
  unpackHead,
  unpackVersion,
} from "./head-row.ts";
import { headKey } from "./keys.ts";

const name = workChannel("video/v_1");
const kinds = channelKindsOf(name);

const segment = fc.oneof(
  fc.constantFrom("e-1", "", "1", "02", "1e21", "-0", "0", "title", "🎭", "\ud83c", "__proto__"),
  fc.string({ maxLength: 6, unit: "binary" }).map((text) => text.replaceAll("/", "")),
);
const key = fc
  .tuple(
    fc.oneof(fc.constantFrom(...Object.keys(keyKinds), "__proto__", "other"), segment),
    fc.array(segment, { maxLength: 4 }),
  )
  .map(([kind, rest]) => [kind, ...rest].join("/"));

/** Values that hold parts of their key under the names that its kind has, as text, as numbers, or nearly. */
const valueFor = (of: string): fc.Arbitrary<unknown> => {
  const parts = of.split("/").slice(1);
  const part = fc.constantFrom<unknown>(
    1,
    "1",
    1_767_225_600_000,
    ...parts,
    ...parts.map(Number).filter(Number.isFinite),
    null,
    "x",
    [parts[0]],
  );
  const fields = fc.constantFrom(
    "execution",
    "step",
    "requestId",
    "replyId",
    "thread",
    "round",
    "id",
    "at",
    "__proto__",
    "",
  );
  const record = fc
    .array(fc.tuple(fields, part), { maxLength: 6 })
    .map((pairs) => JSON.parse(JSON.stringify(Object.fromEntries(pairs))));
  return fc.oneof(record, fc.jsonValue(), fc.constant(null));
};

const versionPart = fc.oneof(
  fc.nat().map((n) => String(n).padStart(16, "0")),
  fc.nat().map(String),
  fc.constantFrom(
    "",
    "removed",
    "=",
    "0",
    "00",
    "@",
    "0000000000000000",
    "0000001767225600000",
    "0001767225600000",
    "00000000000000001",
    "٣",
  ),
);
const version = fc.array(versionPart, { maxLength: 4 }).map((parts) => parts.join("."));

const entry = key
  .chain((of) =>
    fc.record({
      key: fc.constant(of),
      value: valueFor(of),
      version,
      at: fc.constantFrom(0, 1, 2, 1_767_225_600_000),
      offsets: fc.record(
        { watch: fc.integer({ min: 1 }), work: fc.integer({ min: 1 }) },
        { requiredKeys: [], noNullPrototype: true },
      ),
    }),
  )
  .map((one) => JSON.parse(JSON.stringify(one)) as Entry);

it("gives back each entry as it was", () => {
  fc.assert(
    fc.property(entry, (one) => {
      const stored = JSON.parse(JSON.stringify(packEntry(kinds, one, 1)));
      expect(unpackEntry(kinds, one.key, stored, 1)).toStrictEqual(one);
    }),
    { numRuns: 2000 },
  );
});

it("gives back each version as it was", () => {
  fc.assert(
    fc.property(version, fc.constantFrom(0, 1, 1_767_225_600_000), (one, at) => {
      expect(unpackVersion(packVersion(one, at), at)).toBe(one);
    }),
    { numRuns: 2000 },
  );
});

it("writes the numbers of a version without their leading zeros", () => {
  expect(packVersion("0000000000000001.0000000000000050", 7)).toBe("1.50");
  expect(packVersion("0000000000000000.0000000000000007", 7)).toBe("0.@");
  expect(packVersion("7", 7)).toBe("=7");
});

it("restores a head with everything in it", () => {
  const heads = fc.record({
    entries: fc.uniqueArray(entry, { selector: (one) => one.key, maxLength: 30 }),
    beside: fc.constantFrom<StoredHead["beside"]>(
      noRows,
      { changed: 7, count: 2, highest: { watch: 3, work: 5 }, marks: "abcdef" },
      { changed: 7, count: 1, highest: { work: 5 } },
    ),
    members: fc.constantFrom<StoredHead["members"]>({ owners: ["user/ana"], followers: [] }, 7),
    channels: fc.constantFrom<StoredHead["channels"]>(
      { watch: { ...newMeta, head: 3, pushedAt: 9 }, work: newMeta },
      { work: { ...newMeta, shards: 4, floor: 2, keys: 3, bytes: 4, removed: 5, pushed: 6, flushAt: 8 } },
    ),
    more: fc.constantFrom({ epoch: "abc", birth: "abc" }, { epoch: "abc.g2", birth: "abc", generation: "2" }),
  });
  fc.assert(
    fc.property(heads, ({ entries, more, ...rest }) => {
      const head: StoredHead = {
        name,
        rev: 9,
        by: "b",
        ...more,
        ...rest,
        entries: new Map(entries.map((one) => [one.key, one])),
      };
      const row = JSON.parse(JSON.stringify(packHead(head)));
      expect(unpackHead(name, row)).toStrictEqual({
        ...head,
        entries: new Map([...head.entries].sort(([a], [b]) => (a < b ? -1 : 1))),
      });
    }),
    { numRuns: 300 },
  );
});

it("says the bytes of a row as DynamoDB counts them", () => {
  expect(rowBytes({ pk: "é", text: "日本" })).toBe(2 + 2 + 4 + 6);
});

it("stores a usual subject in less than two kilobytes", () => {
  const execution = "0f9d3c1e-7a5b-4c2d-9e8f-1a2b3c4d5e6f";
  const arn = `arn:aws:states:eu-central-1:123456789012:execution:callboard-prod-PostProcessing:${execution}`;
  const at = Date.UTC(2026, 0, 1);
  const seconds = (n: number) => String(at + n * 1000).padStart(16, "0");
  const zeros = "0".repeat(16);
  const one = "1".padStart(16, "0");
  const names = ["Validate", "Transcribe", "FindTitles", "PickTitle", "MakeAvatars", "Publish"];
  const offsets = (n: number) => ({ watch: 100 + n, work: 150 + n });
  const entries: Entry[] = [
    ...names.map((step, i): Entry => {
      const done = i < 3;
      const value = {
        execution,
        step,
        state: done ? "succeeded" : "running",
        attempt: 1,
        ...(done ? {} : { percent: 40 }),
        message: "42 of 60 minutes are written down",
        startedAt: at + i * 1000,
        at: at + i * 1500,
      };
      const version = done
        ? [one, one, zeros, zeros, zeros, zeros]
        : [one, zeros, zeros, zeros, seconds(i * 1.5), "40".padStart(16, "0")];
      return {
        key: `step/${execution}/${step}`,
        value,
        version: version.join("."),
        at: value.at,
        offsets: offsets(i),
      };
    }),
    {
      key: `execution/${execution}`,
      value: { execution, state: "running", startedAt: at, arn },
      version: [zeros, zeros].join("."),
      at,
      offsets: offsets(7),
    },
    {
      key: "title",
      value: { title: "An evening with the harbour choir" },
      version: `${seconds(1)}.${one}`,
      at: at + 1000,
      offsets: offsets(8),
    },
    {
      key: "avatar",
      value: { object: { key: `avatars/video/v_1/${execution}/3.webp`, mediaType: "image/webp" } },
      version: `${seconds(2)}.${one}`,
      at: at + 2000,
      offsets: offsets(9),
    },
    {
      key: "waiting",
      value: {
        requests: {
          req_0f9d3c1e7a5b4c2d9e8f1a2b3c4d5e6f: { thread: "title", round: 1, since: at, deadline: at + 9e5 },
        },
      },
      version: "4".padStart(16, "0"),
      at: at + 3000,
      offsets: { watch: 99 },
    },
    { key: "viewers", value: { count: 1230 }, version: seconds(4), at: at + 4000, offsets: { watch: 98 } },
  ];
  const meta = { ...newMeta, head: 120, keys: 11, bytes: 2100, pushed: 120, pushedAt: at, floor: 3 };
  const head: StoredHead = {
    name: workChannel("video/0f9d3c1e7a5b4c2d"),
    rev: 260,
    epoch: "0123456789abcdefghjkmnpqrstvwxyz",
    birth: "0123456789abcdefghjkmnpqrstvwxyz",
    by: "0123456789ab",
    channels: { watch: meta, work: meta },
    members: {
      owners: ["user/7f3a9c1e-1111-4222-8333-444455556666", "role/editors"],
      followers: ["user/ana"],
    },
    // The open question itself.
    beside: { changed: 240, count: 1, highest: { work: 118 }, marks: "abc" },
    entries: new Map(entries.map((entry) => [entry.key, entry])),
  };
  const bytes = rowBytes({ ...headKey(head.name), ...packHead(head) });
  expect(bytes).toBeGreaterThan(1024);
  expect(bytes).toBeLessThan(2048);
});
