import type { Callboard, Channel, ChannelView } from "@callboard/client";
import type { ChannelMeta } from "@callboard/core";
import { metaOf } from "@callboard/core/testing/heads.ts";
import { headOf } from "@callboard/protocol";
import { afterAll, beforeAll, expect, it } from "vitest";
import { mapOf, until, untilState } from "./people.ts";
import { openStage, type Stage } from "./stage.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

/** The client's waits are a tenth of their maximum. */
const random = () => 0.1;

const started = Date.UTC(2026, 0, 1);
let subjects = 0;

/** A subject whose channels somebody follows, over a link that can be cut. */
async function followed(of: Stage) {
  const subject = `video/v_recovery${++subjects}` as const;
  const channels: Channel[] = [`watch:${subject}`, `work:${subject}`];
  const link = await of.link();
  const client = of.person("ana", "creator", { url: link.url, random });
  const views = channels.map((channel) => client.channel(channel));
  await of.aws.put("Progress Reported", [change(subject, 0)]);
  for (const view of views) {
    view.follow();
    await until(view, ({ offset, status }) => offset >= 1 && status === "following");
  }
  return { subject, link, client, views };
}

/** The number of steps, one for each key. */
const steps = 10;

/** The n-th report of a workflow. */
const change = (subject: string, n: number) => ({
  subject,
  step: `s${n % steps}`,
  state: "running",
  at: started + n,
  percent: n,
  message: `change ${n}`,
});

const changes = (subject: string, count: number) =>
  Array.from({ length: count }, (_, n) => change(subject, n + 1));

/** The value of each step's last change. */
const lastOf = (subject: string, count: number) =>
  Object.fromEntries(
    changes(subject, count).map(({ step, percent, message }) => [
      `step/-/${step}`,
      { value: { step, percent, message } },
    ]),
  );

async function isLost(client: Callboard): Promise<void> {
  await untilState(client, ({ state }) => state === "waiting");
}

/** The view has caught up with the table, and equals the table and a new client's view, key by key. */
async function expectEqualMaps(of: Stage, views: readonly ChannelView[]): Promise<void> {
  const headOf = async ({ name }: ChannelView) => (await metaOf(of.aws.stores, name))!.head;
  // Coming and leaving changes the channel's count of viewers, so the compared values must be stable meanwhile.
  const atHead = async (view: ChannelView): Promise<boolean> => {
    const head = await headOf(view);
    await until(view, ({ offset, status }) => offset >= head && status === "following");
    const [stored, fresh] = [await of.tableMap(view.name), await of.freshMap(view.name)];
    if (head !== (await headOf(view)) || head !== view.offset) return false;
    const mine = mapOf(view.items.values());
    expect(mine).toEqual(stored);
    expect(mine).toEqual(fresh);
    return true;
  };
  for (const view of views) {
    let looks = 0;
    while (!(await atHead(view))) expect(++looks).toBeLessThan(20);
  }
}

it.each([1, 50])("has all %i changes that came over the bus while its connection was cut", async (count) => {
  const { subject, link, client, views } = await followed(stage);
  link.cut();
  await isLost(client);
  await stage.aws.put("Progress Reported", changes(subject, count));
  await stage.settled();
  expect(views.map(({ offset }) => offset)).toEqual([1, 1]);
  link.restore();
  await expectEqualMaps(stage, views);
  for (const view of views) expect(mapOf(view.items.values())).toMatchObject(lastOf(subject, count));
});

it("has what was pushed into a connection that only seemed open", async () => {
  const { subject, link, views } = await followed(stage);
  link.freeze();
  await stage.aws.put("Progress Reported", changes(subject, 30));
  await stage.settled();
  expect(views.map(({ offset }) => offset)).toEqual([1, 1]);
  link.cut();
  link.restore();
  await expectEqualMaps(stage, views);
});

it("has all 5,000 changes, and keeps nothing that was removed", async () => {
  const { link, client, views } = await followed(stage);
  link.cut();
  await isLost(client);
  await changeQuickly(views[0]!.name, 5000);
  link.restore();
  await expectEqualMaps(stage, views);
  // The viewers may have been counted while the link was cut, which is another change.
  for (const { offset } of views) expect(offset).toBeGreaterThanOrEqual(5001);
  const keys = views.map(({ items }) => [...items.keys()].filter((key) => key !== "viewers").length);
  expect(keys).toEqual([201, 201]);
});

it("never goes backwards, although the bus shuffles and repeats deliveries", async () => {
  const chaos = { shuffle: 150, duplicate: 0.5 };
  const restless = await openStage({ chaos });
  try {
    const { subject, link, views } = await followed(restless);
    const backwards: string[] = [];
    for (const view of views) {
      let before = new Map(view.items);
      view.follow((items) => {
        for (const { key, offset, version } of items) {
          const known = before.get(key);
          if (known && (offset < known.offset || version < known.version)) backwards.push(key);
        }
        before = new Map(view.items);
      });
    }
    const told = changes(subject, 60);
    await restless.aws.put("Progress Reported", told.slice(0, 30));
    link.cut();
    await restless.aws.put("Progress Reported", told.slice(30));
    link.restore();
    await restless.settled();
    await expectEqualMaps(restless, views);
    expect(backwards).toEqual([]);
    for (const view of views) expect(mapOf(view.items.values())).toMatchObject(lastOf(subject, 60));
  } finally {
    await restless.close();
  }
});

/**
 * Changes both channels of a subject this many times, fifty a transaction: 400 keys repeatedly, of which the last round
 * removes half. Nothing is pushed, as when the pushes are lost.
 */
async function changeQuickly(channel: Channel, count: number): Promise<void> {
  const { heads } = stage.aws.stores;
  const text = "x".repeat(500);
  let before = await heads.open(headOf(channel));
  for (let done = 0; done < count; done += 50) {
    const head = before.head!;
    const entries = Array.from({ length: 50 }, (_, n) => {
      const change = done + n;
      const key = `step/quick/k${change % 400}`;
      const value = change >= count - 200 ? null : { change, text };
      const version = String(change).padStart(8, "0");
      const offsetIn = (kind: "watch" | "work") => head.channels[kind]!.head + n + 1;
      const offsets = { watch: offsetIn("watch"), work: offsetIn("work") };
      return { key, value, version, at: started + change, offsets };
    });
    const moved = (meta: ChannelMeta) => ({
      ...meta,
      head: meta.head + 50,
      keys: 201,
      bytes: 201 * (text.length + 30),
    });
    const { watch, work } = head.channels;
    const after = { ...head, channels: { watch: moved(watch!), work: moved(work!) } };
    const committed = await heads.commit({ before, after, entries });
    if (committed.outcome !== "committed") throw new Error(committed.outcome);
    before = committed.state;
  }
}
