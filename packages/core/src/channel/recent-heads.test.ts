import { describe, expect, it } from "vitest";
import { memoryStage, viewer } from "../testing/memory-stage.ts";
import { propose, version } from "./decide-change.ts";
import { createHeads } from "./heads.ts";
import { publish } from "./publish.ts";

const watch = "watch:video/v_1";

function stage() {
  const at = memoryStage();
  let reads = 0;
  const channels = {
    ...at.ports.channels,
    metas: (names: Parameters<typeof at.ports.channels.metas>[0]) => {
      reads++;
      return at.ports.channels.metas(names);
    },
  };
  const change = (n: number) => publish(at.ports, watch, [propose("a", n, version(n), n)]);
  return { ...at, channels, change, reads: () => reads };
}

describe("a head", () => {
  it("is read once a second, however many ask for it", async () => {
    const { channels, ports, pass, reads, change } = stage();
    await change(1);
    const heads = createHeads({ channels, clock: ports.clock });
    for (let n = 0; n < 1000; n++) await heads.read([watch]);
    expect(reads()).toBe(1);
    pass(999);
    await heads.read([watch]);
    expect(reads()).toBe(1);
    pass(1);
    await change(2);
    expect((await heads.read([watch])).get(watch)?.head).toBe(2);
    expect(reads()).toBe(2);
  });

  it("that does not exist is not asked for again either, and is left out", async () => {
    const { channels, ports, reads } = stage();
    const heads = createHeads({ channels, clock: ports.clock });
    for (let n = 0; n < 10; n++) expect([...(await heads.read([watch]))]).toEqual([]);
    expect(reads()).toBe(1);
  });

  it("is read anew for a client that is ahead of it", async () => {
    const { channels, ports, change, reads } = stage();
    const at = memoryStage({ ...ports, channels });
    const behind = async (offset: number) => {
      const { epoch } = (await ports.channels.read(watch, [])).meta!;
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
