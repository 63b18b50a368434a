import {
  type Channel,
  channelKindsOf,
  channelsOf,
  type HeadName,
  isShownIn,
  parseChannel,
  valueShownIn,
} from "@callboard/protocol";
import { expect } from "vitest";
import type { Entry, Head, HeadStore, ShownItems } from "../ports/index.ts";
import { changeOf, newMeta } from "./head-changes.ts";
import { seededRandom } from "./seeded-random.ts";

/** The settings of a walk. */
export interface Walk {
  readonly name: HeadName;
  readonly seed: number;
  readonly steps: number;
  /** How many keys to choose from. */
  readonly keys: number;
  /** The possible sizes of a value, in bytes. */
  readonly sizes: readonly number[];
}

/** Sizes around every limit of a store: tiny, around a kilobyte, and the largest possible. */
export const allSizes = [0, 5, 20, 60, 150, 400, 900, 1000, 1010, 1020, 1030, 1100, 2000, 6000, 16_000];

/**
 * Changes a head at random through stores that share it, and compares each of them with a simple map. After every
 * change one store reads from a random offset, and at the end all read from every offset. `inspect` is called after
 * each change and can check the table.
 */
export async function walk(
  { name, seed, steps, keys, sizes }: Walk,
  stores: readonly HeadStore[],
  inspect: () => Promise<void> = async () => {},
): Promise<void> {
  const random = seededRandom(seed);
  const below = (n: number) => Math.floor(random() * n);
  const oneOf = <T>(all: readonly T[]): T => all[below(all.length)] as T;
  const universe = Array.from({ length: keys }, (_, i) => keyOf(i, name));
  const model = new Map<string, Entry>();
  let head: Head | undefined;

  for (let step = 0; step < steps; step++) {
    const store = oneOf(stores);
    const before = await store.open(name);
    expect(before.head).toEqual(head);
    const chosen = new Set(Array.from({ length: 1 + below(random() < 0.2 ? 30 : 3) }, () => oneOf(universe)));
    const values = [...chosen].map(
      (key) => [key, random() < 0.2 ? null : valueFor(key, oneOf(sizes), step)] as const,
    );
    const gone = [...model.values()].filter(({ key, value }) => value === null && !chosen.has(key));
    const forget = random() < 0.2 ? gone.slice(0, 1 + below(20)) : [];
    const names = Array.from({ length: below(21) }, (_, i) => `user/${"long-".repeat(20)}${i}` as const);
    const access = random() < 0.1 ? { owners: names, followers: names } : {};
    const plain = changeOf(before, values, { head: access });
    const channels = Object.fromEntries(
      channelKindsOf(name).map((kind) => {
        const meta = plain.after.channels[kind] ?? newMeta;
        return [
          kind,
          { ...meta, floor: Math.max(meta.floor, ...forget.map(({ offsets }) => offsets[kind] ?? 0)) },
        ];
      }),
    );
    const change = { ...plain, after: { ...plain.after, channels }, forget: forget.map(({ key }) => key) };
    const written = await store.commit(change);
    expect(written.outcome).toBe("committed");
    head = change.after;
    for (const { key } of forget) model.delete(key);
    for (const entry of change.entries) model.set(entry.key, entry);
    await inspect();

    const reader = oneOf(stores);
    const state = written.outcome === "committed" && random() < 0.5 ? written.state : await reader.open(name);
    expect(state.head).toEqual(head);
    const asked = [oneOf(universe), oneOf(universe), "step/none/none"];
    const found = asked.flatMap((key) => model.get(key) ?? []);
    expect(await state.entries(asked)).toEqual(new Map(found.map((entry) => [entry.key, entry])));
    const channel = oneOf(channelsOf(name));
    const after = below((head.channels[parseChannel(channel).kind]?.head ?? 0) + 2);
    expect(await reader.since(channel, after)).toEqual(expected(channel, after));
    expect(await state.since(channel, after)).toEqual(expected(channel, after));
    if (random() < 0.2) expect(await state.entries("all")).toEqual(model);
  }

  for (const channel of channelsOf(name))
    for (let after = 0; after <= (head?.channels[parseChannel(channel).kind]?.head ?? 0); after++)
      expect(await stores[after % stores.length]?.since(channel, after)).toEqual(expected(channel, after));

  function expected(channel: Channel, after: number): ShownItems {
    const { kind } = parseChannel(channel);
    const items = [...model.values()].flatMap(({ key, value, offsets, version, at }) => {
      const offset = offsets[kind];
      return offset === undefined || offset <= after
        ? []
        : [{ key, value: valueShownIn(kind, key, value), offset, version, at }];
    });
    return { items: items.sort((a, b) => a.offset - b.offset), head: head as Head };
  }
}

/** Keys of every kind that a head has, those without a name in the table included. */
function keyOf(n: number, name: HeadName): string {
  if (name.startsWith("list:")) return `subject/video/v_${n}`;
  const kinds = name.startsWith("inbox:")
    ? [`request/req_${n}`, `receipt/r${n}`, `other/${n}`]
    : [
        `step/execution-${n % 3}/step-${n}`,
        `execution/execution-${n}`,
        `candidate/title/${n % 4}/m/c${n}`,
        `request/req_${n}`,
        `attending/req_${n % 5}/user-${n}`,
        `viewers${n}`,
        "waiting",
        `__proto__/${n}`,
      ];
  const key = kinds[n % kinds.length] as string;
  return channelKindsOf(name).some((kind) => isShownIn(kind, key)) ? key : `other/${n}`;
}

/** A value of about that many bytes, which contains most names of its key. */
function valueFor(key: string, bytes: number, step: number): unknown {
  const [kind, first = "", second = "", third = "", fourth = ""] = key.split("/");
  const text = "é".repeat(Math.floor(bytes / 2));
  switch (kind) {
    case "step":
      return { execution: first, step: step % 2 ? second : "another", state: "running", text };
    case "candidate":
      return { thread: first, round: Number(second), by: third, id: fourth, cause: "for owners", text };
    case "execution":
      return { execution: first, arn: "arn:secret", cause: "for owners", text };
    case "request":
      return step % 3 ? { requestId: first, text } : [text];
    default:
      return text;
  }
}
