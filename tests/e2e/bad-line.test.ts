import { afterAll, beforeAll, expect, it } from "vitest";
import { loadOnSlowLine, type SlowLoad, waterfall } from "./slow-line.ts";
import { openStory, type StoryStage } from "./story-stage.ts";

let stage: StoryStage;
let video = "";

beforeAll(async () => {
  stage = await openStory();
  const { subject } = await stage.playSample(3600);
  video = subject.replace("video/", "");
  await openRequest();
}, 120_000);
afterAll(() => stage.close());

/** The question that the sample asks, once it waits for an answer. */
async function openRequest(): Promise<string> {
  const { http } = stage.callboard.addresses;
  for (;;) {
    const answer = await fetch(`${http}/requests`, {
      headers: { authorization: `Bearer ${await stage.token("creator")}` },
    });
    const { requests } = (await answer.json()) as { requests: { requestId: string }[] };
    if (requests[0]) return requests[0].requestId;
  }
}

function told(name: string, load: SlowLoad): void {
  const { firstContentMs, shownMs, shift, bytes, rounds } = load;
  console.log(
    `${name}: first content ${Math.round(firstContentMs)} ms, shown ${Math.round(shownMs)} ms, shift ${shift}, ${bytes} B, ` +
      `${rounds.length} rounds: ${rounds.join(" → ")}\n${waterfall(load)}\n${load.problems.join("\n")}`,
  );
}

it("brings a creator their question with few bytes and rounds, and nothing moves", async () => {
  const { pages } = stage.callboard.addresses;
  const load = await loadOnSlowLine(stage.browser, `${pages}/creator.html#/v/${video}`, [
    "[data-candidate]",
    ".button.primary",
  ]);
  told("creator", load);
  expect(load.shift).toBeLessThan(0.05);
});

it("brings a viewer", async () => {
  const { pages } = stage.callboard.addresses;
  const load = await loadOnSlowLine(stage.browser, `${pages}/viewer.html#/v/${video}`, ["[data-step]"]);
  told("viewer", load);
});
