// @vitest-environment happy-dom
import { afterEach, expect, it } from "vitest";
import { act } from "../testing/act.ts";
import { halfPastTwo } from "../testing/items.ts";
import { closeDrawn, draw } from "../testing/viewer-stage.tsx";
import { japaneseForTests } from "../testing/words.ts";
import { SubjectView } from "../viewer/subject-view.tsx";

afterEach(closeDrawn);

async function opened(facts: Record<string, object>, options: Parameters<typeof draw>[1] = {}) {
  const stage = await draw(<SubjectView subject="video/v_1" leave={() => {}} />, options);
  const put = (values: Record<string, object>) =>
    stage.put(
      "watch:video/v_1",
      Object.fromEntries(
        Object.entries(values).map(([name, fact]) => [`fact/${name}`, { name, at: halfPastTwo, ...fact }]),
      ),
    );
  await put(facts);
  // The code of facts comes with the first of them.
  await act(async () => {
    await import("./facts.tsx");
    await new Promise((done) => setTimeout(done));
  });
  const textOf = (name: string) => stage.page.querySelector(`[data-fact="fact/${name}"] dd`)?.textContent;
  return { ...stage, put, textOf };
}

it("shows a fact by the form of its value", async () => {
  const { page, textOf } = await opened({
    score: { label: "Quality", value: 1234.5 },
    checked: { value: true },
    note: { value: "سلام <b>" },
    tags: { value: ["queues", "back-pressure", 3] },
    places: {
      value: [
        { name: "Ana", points: 12 },
        { name: "Bo", points: 7, badge: { gold: 1 } },
      ],
    },
    size: { value: { width: 1920, height: null } },
  });
  expect(page.querySelector('[data-fact="fact/score"] dt')?.textContent).toBe("Quality");
  expect(textOf("score")).toBe("1234.5");
  expect(textOf("checked")).toBe("Yes");
  expect(textOf("note")).toBe("سلام <b>");
  expect([...page.querySelectorAll(".tags li")].map((tag) => tag.textContent)).toEqual([
    "queues",
    "back-pressure",
    "3",
  ]);
  expect(
    [...page.querySelectorAll("tr")].map((row) => [...row.children].map((cell) => cell.textContent)),
  ).toEqual([
    ["name", "points", "badge"],
    ["Ana", "12", "–"],
    ["Bo", "7", '{"gold":1}'],
  ]);
  expect(textOf("size")).toBe("width1920height–");
});

it("shows a number as it is, however small, and a year without a comma", async () => {
  const { textOf } = await opened({
    small: { value: 0.00042 },
    year: { value: 2026 },
    many: { value: 12_345_678.25 },
    sum: { value: 0.1 + 0.2 },
    error: { value: [{ rate: -0.0001 }] },
  });
  expect(["small", "year", "many", "sum", "error"].map(textOf)).toEqual([
    "0.00042",
    "2026",
    "12,345,678.25",
    "0.3",
    "rate-0.0001",
  ]);
});

it("shows empty values as nothing", async () => {
  const { page, textOf } = await opened({
    list: { value: [] },
    text: { value: " " },
    object: { value: {} },
    tags: { value: ["a", ""] },
    rows: { value: [{}, {}] },
  });
  expect(["list", "text", "object", "tags", "rows"].map(textOf)).toEqual(["–", "–", "–", "a–", "––"]);
  expect(page.querySelector("table, dl dl")).toBeNull();
});

it("shows every column of a table, which can be scrolled sideways by keyboard", async () => {
  const columns = Array.from({ length: 22 }, (_, n) => [`c${n}`, n]);
  const { page } = await opened({
    board: { label: "Board", value: [Object.fromEntries(columns)] },
  });
  expect(page.querySelectorAll("th")).toHaveLength(20);
  expect(page.querySelector(".facts")?.textContent).toContain("and 2 more columns");
  const place = page.querySelector<HTMLElement>(".fact-table")!;
  expect([place.tabIndex, place.getAttribute("aria-label")]).toEqual([0, "Board"]);
});

it("shows a part of large values, and how much more there is", async () => {
  const many = Object.fromEntries(Array.from({ length: 33 }, (_, n) => [`f${n}`, { value: n }]));
  const { page } = await opened({ ...many, a: { value: Array.from({ length: 25 }, (_, n) => n) } });
  expect(page.querySelectorAll("[data-fact]")).toHaveLength(30);
  expect(page.querySelectorAll(".tags li")).toHaveLength(20);
  expect(page.querySelector(".facts")?.textContent).toContain("and 5 more");
  expect(page.querySelector(".facts > p")?.textContent).toBe("and 4 more");
});

it("shows that a video is live and for how many, until it has ended", async () => {
  const { page, put } = await opened({
    live: { value: { live: true, since: halfPastTwo } },
    views: { value: 7 },
  });
  const line = () => page.querySelector("[data-live]");
  expect(line()?.textContent).toBe("Live since 14:30 · 7 watching live");
  await put({ views: { value: 1200 } });
  expect(line()?.textContent).toBe("Live since 14:30 · 1,200 watching live");
  await put({ live: { value: { live: false, until: halfPastTwo + 60_000 } } });
  expect(line()?.textContent).toBe("Live until 14:31");
  expect(page.querySelector(".facts")).toBeNull();
});

it("shows it in Japanese too", async () => {
  const { page } = await opened(
    {
      live: { value: { live: true, since: halfPastTwo } },
      views: { value: 7 },
      on: { value: false },
      wide: { value: [Object.fromEntries(Array.from({ length: 23 }, (_, n) => [n, n]))] },
    },
    { words: japaneseForTests },
  );
  expect(page.querySelector("[data-live]")?.textContent).toMatch(/^ライブ .+から · 7人がライブで視聴中$/);
  expect(page.querySelector(".facts")?.textContent).toContain("いいえ");
  expect(page.querySelector(".facts")?.textContent).toContain("ほか3列");
});
