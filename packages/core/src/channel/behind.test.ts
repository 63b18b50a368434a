import { type Channel, heartbeatMs } from "@callboard/protocol";
import { describe, expect, it } from "vitest";
import { metaOf, publishOn } from "../testing/heads.ts";
import { memoryStage, viewer } from "../testing/memory-stage.ts";
import { propose, version } from "./change.ts";

const watch = "watch:video/v_1";
const work = "work:video/v_1";
const put = (n: number) => propose("title", n, version(n), n);

/** A subject to which something was published, and a viewer's ping with these positions. */
async function published() {
  const marks: unknown[] = [];
  const stage = memoryStage(({ audiences, clock }) => ({
    audiences: {
      ...audiences,
      async mark(channel, at) {
        marks.push([channel, at - clock.now()]);
        return at;
      },
    },
  }));
  await publishOn(stage.ports, watch, [put(1)]);
  const { epoch } = (await metaOf(stage.ports, watch))!;
  const behind = (...at: [Channel, string, number][]) =>
    stage.app.channels.behind(
      { connectionId: "c", caller: viewer },
      new Map(at.map(([channel, epoch, offset]) => [channel, { epoch, offset }])),
    );
  marks.length = 0;
  return { ...stage, epoch, behind, marks };
}

describe("a ping", () => {
  it("names the channels that are ahead, and none that the caller may not follow", async () => {
    const { epoch, behind } = await published();
    expect(await behind([watch, epoch, 0])).toEqual([watch]);
    expect(await behind([watch, epoch, 1])).toEqual([]);
    expect(await behind([watch, "other", 1])).toEqual([watch]);
    expect(await behind([work, "x", 0], ["watch:video/none", "unborn", 0])).toEqual([]);
  });

  it("names a channel that no longer exists", async () => {
    const { behind } = await published();
    expect(await behind(["watch:video/none", "e", 3])).toEqual(["watch:video/none"]);
  });

  it("believes a client that is ahead in one of its channels, and reads them again", async () => {
    const { ports, epoch, behind } = await published();
    await behind([watch, epoch, 1]);
    await publishOn(ports, watch, [put(2)]);
    expect(await behind(["watch:video/none", "unborn", 0], [watch, epoch, 2])).toEqual([]);
    expect(await behind([watch, epoch, 1])).toEqual([watch]);
  });

  it("counts the channels that are behind", async () => {
    const { metrics, epoch, behind } = await published();
    await behind([watch, epoch, 1]);
    expect(metrics.filter(({ name }) => name === "gaps")).toEqual([]);
    await behind([watch, epoch, 0], ["watch:video/none", "e", 3]);
    expect(metrics.filter(({ name }) => name === "gaps")).toEqual([{ name: "gaps", value: 2 }]);
  });

  it("has the viewers counted within one heartbeat, of channels that exist and that the caller may follow", async () => {
    const { marks, epoch, behind } = await published();
    await behind([work, epoch, 1], ["watch:video/none", "unborn", 0], [watch, epoch, 1]);
    expect(marks).toEqual([[watch, heartbeatMs.watch]]);
  });
});
