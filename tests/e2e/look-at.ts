import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";

const folder = fileURLToPath(new URL("./screenshots", import.meta.url));

/** Checks a page in one of its states; `findings` lists the problems of all checked states, one a line. */
export interface Look {
  (state: string, page: Page): Promise<void>;
  readonly findings: readonly string[];
}

interface AxeResults {
  readonly violations: readonly {
    readonly id: string;
    readonly nodes: readonly { readonly target: unknown }[];
  }[];
}

/**
 * Checks accessibility with axe, in light and in dark, and sideways scrolling on a narrow screen, also with text of
 * twice the size. `axe` is the source of axe-core. With `pictures` each state is kept in light, dark and narrow.
 */
export async function openLook(axe: string, { pictures }: { pictures: boolean }): Promise<Look> {
  const findings: string[] = [];
  const look = async (state: string, page: Page) => {
    const usual = page.viewportSize()!;
    const keep = async (how: string) => {
      if (!pictures) return;
      await page.evaluate(() => window.scrollTo(0, 0));
      const path = join(folder, `${state.replace(/\W+/g, "-")}-${how}.png`);
      await page.screenshot({ path, fullPage: true });
    };
    await page.evaluate(axe);
    for (const colorScheme of ["dark", "light"] as const) {
      await page.emulateMedia({ colorScheme });
      await keep(colorScheme);
      const rules = colorScheme === "dark" ? ["color-contrast"] : undefined;
      for (const { id, nodes } of (await objections(page, rules)).violations)
        findings.push(
          `${state}, ${colorScheme}: ${id} at ${nodes.map(({ target }) => target).join(" and ")}`,
        );
    }
    for (const word of await brokenWords(page)) findings.push(`${state}: “${word}” is broken`);
    await page.setViewportSize({ width: 320, height: 640 });
    await drawn(page);
    await keep("narrow");
    for (const size of ["100%", "200%"]) {
      const wide = await widerThanScreen(page, size);
      if (wide.length > 0) findings.push(`${state}, 320 px, letters ${size}: ${wide.join(", ")}`);
    }
    await page.setViewportSize(usual);
  };
  return Object.assign(look, { findings });
}

/** Elements that depend on the window's size are drawn in the next frame. */
const drawn = (page: Page): Promise<unknown> =>
  page.evaluate(
    () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done)))),
  );

/** All problems that axe finds, or those by some of its rules. */
const objections = (page: Page, rules: readonly string[] | undefined): Promise<AxeResults> =>
  page.evaluate(
    (runOnly) =>
      (window as unknown as { axe: { run(options: object): Promise<AxeResults> } }).axe.run({
        resultTypes: ["violations"],
        ...(runOnly ? { runOnly } : {}),
      }),
    rules,
  );

/** Words on buttons that break into the next line. */
const brokenWords = (page: Page): Promise<string[]> =>
  page.evaluate(() =>
    [...document.querySelectorAll("button:not(.row)")].flatMap((button) => {
      const walker = document.createTreeWalker(button, NodeFilter.SHOW_TEXT);
      const broken: string[] = [];
      for (let node = walker.nextNode(); node; node = walker.nextNode())
        for (const { 0: word, index } of (node.textContent ?? "").matchAll(/\S+/g)) {
          const range = document.createRange();
          range.setStart(node, index);
          range.setEnd(node, index + word.length);
          if (new Set([...range.getClientRects()].map(({ top }) => Math.round(top))).size > 1)
            broken.push(word);
        }
      return broken;
    }),
  );

/** The elements that make a page scroll sideways with a text size. */
const widerThanScreen = (page: Page, size: string): Promise<string[]> =>
  page.evaluate((fontSize) => {
    const root = document.documentElement;
    const before = root.style.fontSize;
    root.style.fontSize = fontSize;
    const { scrollWidth, clientWidth } = root;
    const culprits = [...document.body.querySelectorAll("*")]
      .filter((element) => element.getBoundingClientRect().right > clientWidth + 1)
      .map((element) => `${element.tagName.toLowerCase()}.${element.className}`)
      .slice(-3);
    root.style.fontSize = before;
    return scrollWidth > clientWidth ? [`${scrollWidth} px wide`, ...culprits] : [];
  }, size);
