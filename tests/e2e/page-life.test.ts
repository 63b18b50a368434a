import { workChannel } from "@callboard/protocol";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openStory, type StoryStage, sameAsServer } from "./story-stage.ts";

let stage: StoryStage;
beforeAll(async () => {
  stage = await openStory();
});
afterAll(() => stage?.close());

// A headless browser neither freezes pages nor caches them for the back button: the test dispatches the events.
it.each([
  ["frozen", "freeze", "resume", "document"],
  ["left", "pagehide", "pageshow", "window"],
] as const)(
  "closes its socket while a page is %s, and is complete afterwards",
  async (_, away, back, target) => {
    const { subject } = await stage.playSample();
    const work = workChannel(subject);
    const { page, problems } = await stage.visit({ role: "creator", subject });
    const sockets = { opened: 0, closed: 0 };
    page.on("websocket", (socket) => {
      sockets.opened++;
      socket.on("close", () => sockets.closed++);
    });
    await page.reload();
    await page.locator('[data-connection="connected"]').waitFor();
    Object.assign(sockets, { opened: 0, closed: 0 });

    const tell = (event: string) =>
      page.evaluate(([on, type]) => (on === "window" ? window : document).dispatchEvent(new Event(type)), [
        target,
        event,
      ] as const);
    await tell(away);
    await expect.poll(() => sockets).toEqual({ opened: 0, closed: 1 });
    // The sample continues until it asks, and the page gets nothing.
    const held = () => stage.serverMap(work);
    await expect
      .poll(async () => Object.keys(await held()).some((key) => key.startsWith("request/")), {
        timeout: 20_000,
      })
      .toBe(true);
    expect(sockets).toEqual({ opened: 0, closed: 1 });

    await tell(back);
    await page.locator('[data-connection="connected"]').waitFor();
    await expect.poll(() => sockets).toEqual({ opened: 1, closed: 1 });
    await sameAsServer(stage, page, work, "ana");
    expect(problems).toEqual([]);
  },
);
