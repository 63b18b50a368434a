import { describe, expect, it } from "vitest";
import { metaOf, publishOn } from "../testing/heads.ts";
import { memoryStage, viewer } from "../testing/memory-stage.ts";
import { propose, version } from "./change.ts";
import { createRecentHeads } from "./recent-heads.ts";

const watch = "watch:video/v_1";
const name = "work:video/v_1";

function stage() {
  const at = memoryStage();
  let reads = 0;
  const heads = {
    ...at.ports.heads,
    read: (names: Parameters<typeof at.ports.heads.read>[0]) => {
      reads++;
      return at.ports.heads.read(names);
    },
  };
  const change = (n: number) => publishOn(at.ports, watch, [propose("title", n, version(n), n)]);
  return { ...at, heads, change, reads: () => reads };
}

describe("a head", () => {
  it("is read once a second for any number of readers", async () => {
    const { heads, ports, pass, reads, change } = stage();
    await change(1);
    const recent = createRecentHeads({ heads, clock: ports.clock });
    for (let n = 0; n < 1000; n++) await recent.read([watch]);
    expect(reads()).toBe(1);
    pass(999);
    await recent.read([watch]);
    expect(reads()).toBe(1);
    pass(1);
    await change(2);
    expect((await recent.read([watch])).get(name)?.channels.watch?.head).toBe(2);
    expect(reads()).toBe(2);
  });

  it("that does not exist is not read again either, and is left out", async () => {
    const { heads, ports, reads } = stage();
    const recent = createRecentHeads({ heads, clock: ports.clock });
    for (let n = 0; n < 10; n++) expect([...(await recent.read([watch]))]).toEqual([]);
    expect(reads()).toBe(1);
  });

  it("is kept as one of the last ten thousand that were read", async () => {
    const { heads, ports, reads } = stage();
    const recent = createRecentHeads({ heads, clock: ports.clock });
    await recent.read(Array.from({ length: 10_000 }, (_, n) => `watch:video/v_${n}` as const));
    await recent.read(["watch:video/v_0"]);
    expect(reads()).toBe(1);
    await recent.read(["watch:video/more"]);
    await recent.read(["watch:video/v_1"]);
    expect(reads()).toBe(2);
    await recent.read(["watch:video/v_0"]);
    expect(reads()).toBe(3);
  });

  it("shows the state of its channels only once something was published to them", async () => {
    const { ports, publish } = stage();
    await publish(name, [propose("private/a", 1, version(1), 1)]);
    expect(await metaOf(ports, name)).toMatchObject({ head: 1, epoch: expect.any(String) });
    expect(await metaOf(ports, watch)).toBeUndefined();
  });

  it("is read again for a client that is ahead of it", async () => {
    const { heads, ports, change, reads } = stage();
    const at = memoryStage({ ...ports, heads });
    const behind = async (offset: number) => {
      const { epoch } = (await metaOf(ports, watch))!;
      const connected = { connectionId: "c", caller: viewer };
      return at.app.channels.behind(connected, new Map([[watch, { epoch, offset }]]));
    };
    await change(1);
    expect(await behind(1)).toEqual([]);
    await change(2);
    const before = reads();
    expect(await behind(1)).toEqual([]);
    expect(reads()).toBe(before);
    expect(await behind(2)).toEqual([]);
    expect(reads()).toBe(before + 1);
    expect(await behind(1)).toEqual([watch]);
    expect(await behind(9)).toEqual([watch]);
  });
});
