import type { RequestId } from "@callboard/protocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { innerEventTargets } from "../producers/callboard.ts";
import type { Row } from "../table/table.ts";
import { type Engine, startEngine } from "../testing/dynamodb.ts";
import { answered, openScene, request, type Scene } from "./testing/scene.ts";
import { openWorld, type World } from "./testing/world.ts";

// On an existing bus others may put events with Callboard's source. Such an event only names a row, which is read again.

let engine: Engine;
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.stop());

const unknown = "req_000000000000" as RequestId;

/** Forged events with Callboard's source: about the request and its subject, and about others that do not exist. */
function forged(id: RequestId): [string, object][] {
  const channels = [
    "watch:video/v_1",
    "work:video/v_1",
    "inbox:user/ana",
    "watch:video/none",
    "inbox:user/none",
  ];
  return [id, unknown].flatMap((requestId): [string, object][] => [
    ...[-1, 0, 1, 2, 3, 2 ** 31].map((version): [string, object] => [
      "Request Changed",
      { requestId, version },
    ]),
    ["Attention Changed", { requestId }],
    ["Reply Accepted", { requestId, replyId: "forged" }],
    ["Request Due", { requestId }],
    ["Notice Due", { requestId }],
    ["Turn Changed", { requestId, version: 1 }],
    ["Address Claimed", { person: "unknown" }],
    ...channels.flatMap((channel): [string, object][] => [
      ["Audience Due", { channel }],
      ["Fan-out Page", { channel, sweep: 0 }],
      ["Fan-out Page", { channel, sweep: 7 }],
    ]),
  ]);
}

/** All stored rows without the time of their last push: a repeated event pushes the same values again. */
const kept = (rows: Row[]): unknown[] =>
  rows
    .sort((a, b) => (`${a.pk} ${a.sk}` < `${b.pk} ${b.sk}` ? -1 : 1))
    .map(({ rev: _, by: __, head, ...row }) => (head ? [row, ...JSON.parse(String(head)).slice(1)] : row));

/** The content of all people's maps. */
const shown = ({ people }: World): unknown[] =>
  people.map(({ maps }) => [...maps].map(([channel, { items }]) => [channel, [...items.values()]]));

async function inScene<T>(work: (scene: Scene) => Promise<T>): Promise<T> {
  const world = await openWorld(engine);
  try {
    return await work(await openScene(world));
  } finally {
    await world.close();
  }
}

const taskSuccesses = ({ processes }: World): number =>
  processes.flatMap(({ calls }) => calls).filter(({ operation }) => operation === "SendTaskSuccess").length;

const situations: readonly [string, (scene: Scene) => Promise<unknown>][] = [
  ["a report of progress", async ({ progress }) => progress("mp4", "started")],
  ["a question", ({ asked }) => asked()],
  [
    "a question and a person's attention to it",
    async ({ asked, ana }) => {
      await asked();
      await ana.say({ type: "attend", requestId: request(), state: "reviewing" });
    },
  ],
  ["a relayed answer", answered],
];

describe.each(situations)("after %s", (_, prepare) => {
  it("changes no row, shows people the same and resumes no workflow for a forged event", async () => {
    await inScene(async (scene) => {
      const { world } = scene;
      await prepare(scene);
      await world.settle();
      const rows = kept(await world.rows());
      const before = [shown(world), taskSuccesses(world)];
      for (const [type, detail] of forged(request())) {
        const put = world.bus.put.length;
        world.bus.accept("callboard", type, detail);
        await world.pump();
        expect([type, detail, kept(await world.rows())]).toEqual([type, detail, rows]);
        expect([type, detail, world.bus.put.slice(put + 1)]).toEqual([type, detail, []]);
      }
      expect([shown(world), taskSuccesses(world)]).toEqual(before);
    });
  });
});

it("tries every event that Callboard puts for its own functions", () => {
  const tried = new Set(forged(request()).map(([type]) => type));
  const own = Object.entries(innerEventTargets).flatMap(([type, target]) => (target ? [type] : []));
  expect([...tried].sort()).toEqual(own.sort());
});

it("relays an answer once, although forged events say again that it was accepted", async () => {
  await inScene(async (scene) => {
    const { world } = scene;
    await scene.asked();
    await scene.reply();
    for (const [type, detail] of forged(request())) world.bus.accept("callboard", type, detail);
    await world.settle();
    expect(taskSuccesses(world)).toBe(1);
    expect(world.bus.deadLetters).toEqual([]);
  });
});
