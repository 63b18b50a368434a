import { expect, it } from "vitest";
import { createNotifier, type Told } from "./notifier.ts";

const told = (id: string, mark = "1"): Told => ({ requestId: id, mark, title: "A talk", body: `${id}?` });
const many = (count: number) => `${count} new`;

/** A browser with a hidden page; `held` are the names that its tabs have claimed. */
function browser({ held = new Set<string>() } = {}) {
  const screen: { id: string; title: string; press: () => void }[] = [];
  const opened: string[] = [];
  const page = { hidden: true };
  const notifier = createNotifier({
    isHidden: () => page.hidden,
    async claim(name) {
      if (held.has(name)) return undefined;
      held.add(name);
      return () => void held.delete(name);
    },
    show({ requestId, title }, press) {
      const one = { id: requestId, title, press };
      screen.push(one);
      return { close: () => void screen.splice(screen.indexOf(one), 1) };
    },
    open: (id) => void opened.push(id),
  });
  const follow = async (...open: Told[]) => {
    notifier.follow(open, many);
    await new Promise(setImmediate);
    return screen.map(({ id }) => id);
  };
  return { page, screen, opened, follow, notifier, held };
}

it("notifies about new questions while no page is visible, not about earlier ones", async () => {
  const { follow } = browser();
  expect(await follow(told("a"))).toEqual([]);
  expect(await follow(told("a"), told("b"))).toEqual(["b"]);
});

it("does not notify about questions that came while a page was visible", async () => {
  const { follow, page } = browser();
  await follow();
  page.hidden = false;
  expect(await follow(told("a"))).toEqual([]);
  page.hidden = true;
  expect(await follow(told("a"))).toEqual([]);
});

it("removes a notification once its question is answered anywhere", async () => {
  const { follow, held } = browser();
  await follow();
  expect(await follow(told("a"), told("b"))).toEqual(["a", "b"]);
  expect(await follow(told("b"))).toEqual(["b"]);
  expect(await follow()).toEqual([]);
  expect(held.size).toBe(0);
});

it("shows nothing that was answered while the tabs agreed on who shows it", async () => {
  const { follow, notifier, screen } = browser();
  await follow();
  notifier.follow([told("a")], many);
  expect(await follow()).toEqual([]);
  expect(screen).toEqual([]);
});

it("shows each question once, however many tabs there are", async () => {
  const first = browser();
  const second = browser({ held: first.held });
  for (const { follow } of [first, second]) await follow();
  expect([await first.follow(told("a")), await second.follow(told("a"))]).toEqual([["a"], []]);
});

it("notifies again about a new round or a reminder", async () => {
  const { follow, screen } = browser();
  await follow(told("a"));
  expect(await follow(told("a", "2"))).toEqual(["a"]);
  expect(await follow(told("a", "2"))).toEqual(["a"]);
  expect(screen).toHaveLength(1);
});

it("notifies about many at once in one notification", async () => {
  const { follow, screen, opened } = browser();
  await follow();
  await follow(told("a"), told("b"), told("c"), told("d"));
  expect(screen.map(({ title }) => title)).toEqual(["4 new"]);
  screen[0]!.press();
  expect([screen, opened]).toEqual([[], []]);
});

it("opens the question that is pressed", async () => {
  const { follow, screen, opened } = browser();
  await follow();
  await follow(told("a"));
  screen[0]!.press();
  expect([screen, opened]).toEqual([[], ["a"]]);
});
