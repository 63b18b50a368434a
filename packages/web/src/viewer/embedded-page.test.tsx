// @vitest-environment happy-dom
import { afterEach, expect, it } from "vitest";
import { act } from "../testing/act.ts";
import { halfPastTwo } from "../testing/items.ts";
import { closeDrawn, draw } from "../testing/viewer-stage.tsx";
import { EmbeddedPage } from "./embedded-page.tsx";

afterEach(async () => {
  await closeDrawn();
  window.location.hash = "";
});

async function embed(hash: string) {
  window.location.hash = hash;
  return draw(<EmbeddedPage />);
}
const run = { execution: "m:1", state: "running", startedAt: halfPastTwo };

it("shows one subject with nothing to press", async () => {
  const { page, put } = await embed("#/v/v_1?token=a.b.c");
  await put("watch:video/v_1", {
    title: { title: "A talk" },
    "execution/m:1": run,
    "step/m:1/compute": {
      execution: "m:1",
      step: "compute",
      state: "running",
      attempt: 1,
      startedAt: 1,
      at: 2,
    },
  });
  expect(page.querySelector("h1")?.textContent).toBe("A talk");
  expect(page.querySelector(".current")?.textContent).toBe("Prepare the video under way");
  expect(page.querySelectorAll("a, button, input, select, details")).toHaveLength(0);
  expect(window.location.hash).toContain("token=");
});

it("changes to another subject with its address, and explains an invalid or unknown one", async () => {
  const { page } = await embed("#/v/v_1");
  expect(page.querySelector("[data-unknown]")?.getAttribute("data-unknown")).toBe("video/v_1");
  await act(async () => {
    window.location.hash = "#/v/order/7";
    window.dispatchEvent(new Event("hashchange"));
  });
  expect(page.querySelector("[data-unknown]")?.getAttribute("data-unknown")).toBe("order/7");
  await act(async () => {
    window.location.hash = "";
    window.dispatchEvent(new Event("hashchange"));
  });
  expect(page.textContent).toContain("This frame names no video");
});
