import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { credentials, region } from "@callboard/dev";
import { limits, type RequestValue, type Subject } from "@callboard/protocol";
import { afterAll, beforeAll, expect, it, onTestFinished } from "vitest";
import { openPage } from "./browser.ts";
import { eventually } from "./people.ts";
import { executionOn, openStory, type StoryStage } from "./story-stage.ts";

let stage: StoryStage;
let bus: EventBridgeClient;
beforeAll(async () => {
  stage = await openStory();
  bus = new EventBridgeClient({ region, credentials, endpoint: stage.callboard.addresses.aws });
});
afterAll(async () => {
  bus?.destroy();
  await stage?.close();
});

/** Puts reports as a workflow does, ten at a time. */
async function report(...details: readonly object[]): Promise<void> {
  for (let from = 0; from < details.length; from += 10) {
    const Entries = details.slice(from, from + 10).map((detail) => ({
      EventBusName: "callboard",
      Source: "test.workflow",
      DetailType: "Progress Reported",
      Detail: JSON.stringify(detail),
    }));
    expect((await bus.send(new PutEventsCommand({ Entries }))).FailedEntryCount).toBe(0);
  }
}

/** The sample's question once it is asked, and a way to answer it with the first candidate. */
async function asked(subject: Subject) {
  const { http } = stage.callboard.addresses;
  const headers = {
    authorization: `Bearer ${await stage.token("creator", "ana")}`,
    "content-type": "application/json",
  };
  const open = async () => {
    const { requests } = (await (await fetch(`${http}/requests`, { headers })).json()) as {
      requests: RequestValue[];
    };
    return requests.find((one) => one.subject === subject);
  };
  const { requestId, round, candidates } = (await eventually(open, (one) => one !== undefined))!;
  return {
    async answer() {
      const body = JSON.stringify({ replyId: "r_1", round, verb: "pick", candidateId: candidates[0] });
      const answered = await fetch(`${http}/requests/${requestId}/replies`, {
        method: "POST",
        headers,
        body,
      });
      expect(answered.status).toBe(200);
    },
  };
}

/** A page of another site that shows these addresses in frames, each with its reported height, as in the recipe. */
async function pageAround(addresses: readonly string[]): Promise<string> {
  const frames = addresses.map((src) => `<iframe style="width:320px" src="${src}"></iframe>`);
  const script = `window.told = [];
    addEventListener("message", ({ source, data }) => {
      window.told.push(data);
      for (const frame of document.querySelectorAll("iframe"))
        if (source === frame.contentWindow && data?.type === "callboard.height")
          frame.style.height = data.height + "px";
    });`;
  const server = createServer((_, response) => {
    response.writeHead(200, { "content-type": "text/html" });
    response.end(`<!doctype html><title>Around</title>${frames.join("")}<script>${script}</script>`);
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://localhost:${(server.address() as AddressInfo).port}`;
}

it("shows viewers the video with its captions only after its release", async () => {
  const { subject } = await stage.playSample(3600, "ana");
  const viewer = await stage.visit({ role: "viewer", subject });
  const question = await asked(subject);
  await viewer.page.locator("[data-waiting]").waitFor();
  expect(await viewer.page.locator("[data-waiting]").textContent()).toMatch(
    /^Waiting for an answer since .+, until .+\.$/,
  );
  expect(Object.keys(await stage.serverMap(`watch:${subject}`, "vic"))).not.toContain("media");
  expect(await viewer.page.locator("video").count()).toBe(0);

  await question.answer();
  await executionOn(viewer.page, "succeeded");
  const video = viewer.page.locator("video");
  await video.waitFor();
  const address = (await video.getAttribute("src"))!;
  const part = await fetch(address, { headers: { range: "bytes=0-99" } });
  expect([part.status, part.headers.get("content-type")]).toEqual([206, "video/mp4"]);
  const cues = () => video.evaluate(({ textTracks: [track] }: HTMLVideoElement) => track?.cues?.length ?? 0);
  await eventually(cues, (count) => count > 50);
  expect(await viewer.page.getByText("Read the transcript").count()).toBe(1);

  // A URL that no longer loads, as after a long pause, is requested again; the video continues with its captions.
  const at = (seconds: number) =>
    video.evaluate((it: HTMLVideoElement, to) => {
      it.currentTime = to;
      return new Promise((seeked) => it.addEventListener("timeupdate", seeked, { once: true })).then(
        () => {},
      );
    }, seconds);
  await at(100);
  const resolved = viewer.frames.filter((frame) => frame.includes('"resolved"')).length;
  await video.dispatchEvent("error");
  await eventually(
    async () => viewer.frames.filter((frame) => frame.includes('"resolved"')).length,
    (count) => count > resolved,
  );
  await eventually(
    () => video.evaluate((it: HTMLVideoElement) => [it.readyState, Math.round(it.currentTime)]),
    ([ready, time]) => ready! > 0 && time === 100,
  );
  expect(await cues()).toBeGreaterThan(50);
  await video.dispatchEvent("error");
  await viewer.page.getByText("The video cannot be played right now.").waitFor();
  await viewer.page.getByRole("button", { name: "Try again" }).click();
  await viewer.page.getByText("The video cannot be played right now.").waitFor({ state: "detached" });

  // Signed for one object: it opens no other.
  const other = address.replace(/video\.mp4/, "upload.json");
  expect((await fetch(other)).status).toBe(403);
  expect(viewer.problems).toEqual([]);
});

it("says that a subject is unknown, and shows it as soon as it begins", async () => {
  const viewer = await stage.visit({ role: "viewer", subject: "video/v_soon" });
  const { page } = viewer;
  await page.locator('[data-unknown="video/v_soon"]').waitFor();
  await page.evaluate(() => Object.assign(window, { loadedOnce: true }));
  // Its viewers are counted, which is not a report.
  await page.getByRole("heading", { level: 1, name: "Nothing is known about “v_soon”" }).waitFor();

  await report({
    subject: "video/v_soon",
    step: "probe",
    state: "running",
    at: Date.now(),
    title: "It begins",
  });
  await page.getByRole("heading", { level: 1, name: "It begins" }).waitFor();
  expect(await page.evaluate(() => "loadedOnce" in window)).toBe(true);

  await page.getByRole("button", { name: "All videos" }).click();
  await page.locator('.rows [data-subject="video/v_soon"]').waitFor();
  expect(viewer.problems).toEqual([]);
});

it("can be part of another site's page, with its own height and without controls; no other page can", async () => {
  const { pages } = stage.callboard.addresses;
  const subject = "video/v_framed";
  await report({ subject, step: "compute", state: "running", at: Date.now(), percent: 40, title: "Framed" });
  const token = await stage.token("viewer");
  const around = await pageAround([
    `${pages}/viewer.html?embed#/v/v_framed?token=${token}`,
    `${pages}/viewer.html#/v/v_framed?token=${token}`,
    `${pages}/creator.html`,
    `${pages}/sign-in.html`,
    `${pages}/`,
  ]);
  const { page, context } = await openPage(stage.browser, "about:blank");
  // A browser may store nothing for frames of other sites.
  await page.addInitScript(() => {
    if (window.top === window.self) return;
    for (const name of ["localStorage", "sessionStorage"])
      Object.defineProperty(window, name, {
        get() {
          throw new DOMException("Access is denied for this document.", "SecurityError");
        },
      });
  });
  await page.goto(around);
  for (const index of [0, 1]) {
    const frame = page.frameLocator("iframe").nth(index);
    await frame.getByRole("heading", { level: 1, name: "Framed" }).waitFor();
    expect(await frame.locator("a, button, input, select, summary").count()).toBe(0);
    expect(await frame.locator(".bar").count()).toBe(0);
  }
  const heights = () =>
    page
      .locator("iframe")
      .evaluateAll((all) => all.slice(0, 2).map((one) => Number.parseInt(one.style.height, 10)));
  await eventually(heights, (all) => all.every((height) => height > 120));
  const overflow = page
    .frameLocator("iframe")
    .first()
    .locator("html")
    .evaluate(({ scrollHeight, clientHeight, scrollWidth, clientWidth }) => [
      scrollHeight - clientHeight,
      scrollWidth - clientWidth,
    ]);
  expect(await overflow).toEqual([0, 0]);

  const told = await page.evaluate(() => (window as unknown as { told: object[] }).told);
  for (const message of told)
    expect(message).toEqual({ type: "callboard.height", height: expect.any(Number) });
  const shown = await eventually(
    async () => page.frames().map((frame) => frame.url()),
    (urls) => urls.filter((url) => url.startsWith("chrome-error:")).length === 3,
  );
  expect(shown.filter((url) => url.includes("/viewer.html"))).toHaveLength(2);

  await report({ subject, step: "execution", state: "failed", at: Date.now(), message: "It broke" });
  await page.frameLocator("iframe").first().getByText("Failed").first().waitFor();
  await context.close();
});

it("keeps only the newest of two hundred, and adds new ones above them", async () => {
  const began = Date.now() - 1_000_000;
  const many = Array.from({ length: 200 }, (_, n) => ({
    subject: `video/many_${n}`,
    step: "execution",
    state: n % 3 === 0 ? "succeeded" : "started",
    at: began + n,
    title: `Talk ${n}`,
  }));
  await report(...many);
  const { page, problems } = await stage.visit({ role: "viewer" });
  const rows = page.locator(".rows > li");
  await eventually(
    () => rows.count(),
    (count) => count === limits.listedSubjects,
  );
  await page.getByText(`These are the ${limits.listedSubjects} that started last.`).waitFor();
  await report({
    subject: "video/newest",
    step: "probe",
    state: "started",
    at: Date.now(),
    title: "The newest",
  });
  await page.getByText("The newest").waitFor();
  expect(await rows.count()).toBe(limits.listedSubjects);

  await page.getByRole("searchbox").fill("Talk 199");
  await eventually(
    () => rows.count(),
    (count) => count === 1,
  );
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { level: 1, name: "Talk 199" }).waitFor();
  expect(problems).toEqual([]);
});
