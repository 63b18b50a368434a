import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { openBrowser, openPage } from "../e2e/browser.ts";
import type { Project } from "../packages/project.ts";
import { openExample, pick, type Served, serve, startOrder, titles } from "./example.ts";

const { pages, socket } = inject("callboard");

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser?.close());

describe("examples/vite", () => {
  let project: Project;
  let served: Served;
  beforeAll(async () => {
    project = await openExample("vite");
    const env = { VITE_CALLBOARD_PAGES: pages, VITE_CALLBOARD_SOCKET: socket };
    // Its types are checked first, and those of our packages.
    await project.type("npm run build", env);
    served = await serve(project, "npx vite preview --host 127.0.0.1 --strictPort --port");
  }, 90_000);
  afterAll(() => served?.stop());

  it("shows progress on a page of another origin, and sends an answer to the workflow", async () => {
    expect(new URL(served.url).origin).not.toBe(new URL(pages).origin);
    const order = await startOrder("vite", { verbs: ["pick"], candidates: titles });
    const { page, problems } = await openPage(browser, `${served.url}/?order=vite`);
    await pick(page);
    expect(await order.answer()).toMatchObject({ status: "SUCCEEDED", verb: "pick", candidateId: "bag" });
    expect(problems).toEqual([]);
    await page.close();
  });

  it("would find a value that is used with a wrong type", async () => {
    const source = 'import { useProgress } from "@callboard/client/react";\n';
    const wrong =
      'export const useWrong = (): number => useProgress("order/7").steps.map(({ step }) => step);\n';
    await project.write("src/wrong.ts", source + wrong);
    const config = {
      extends: "./tsconfig.json",
      compilerOptions: { skipLibCheck: true },
      include: ["src/wrong.ts"],
    };
    await project.write("tsconfig.wrong.json", JSON.stringify(config));
    await expect(project.type("npx tsc -p tsconfig.wrong.json")).rejects.toThrow(
      "Type 'string[]' is not assignable to type 'number'",
    );
  });
});
