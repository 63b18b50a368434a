// @vitest-environment happy-dom
import { act, type ReactNode } from "react";
import { createRoot } from "react-dom/client";
import { renderToString } from "react-dom/server";
import { afterEach, expect, it } from "vitest";
import { createDrafts } from "./headless/drafts.ts";
import { DraftsProvider, useDraft, useDrafts } from "./react.ts";

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });

const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

function page(content: ReactNode) {
  const element = document.createElement("div");
  const root = createRoot(element);
  ends.push(() => act(() => root.unmount()));
  const show = (node: ReactNode) => act(() => root.render(node));
  show(content);
  const press = (nth = 0) => act(() => element.querySelectorAll("button")[nth]!.click());
  return { element, show, press };
}

/** A word that grows with each press. */
function Growing({ of, initial = "" }: { of: string; initial?: string }) {
  const [word, setWord] = useDraft(of, "word", initial);
  const drafts = useDrafts();
  return (
    <p>
      {word}
      <button type="button" onClick={() => setWord((before) => `${before}x`)} />
      <button type="button" onClick={() => drafts.forget(of)} />
      <button type="button" onClick={() => setWord(undefined)} />
    </p>
  );
}

it("has a draft for each question, and keeps it", () => {
  const drafts = createDrafts();
  const growing = (of: string) => (
    <DraftsProvider drafts={drafts}>
      <Growing of={of} initial="-" />
    </DraftsProvider>
  );
  const { element, show, press } = page(growing("req_1"));
  press();
  press();
  expect(element.textContent).toBe("-xx");
  show(growing("req_2"));
  expect(element.textContent).toBe("-");
  show(growing("req_1"));
  expect(element.textContent).toBe("-xx");
});

it("shows its initial value once the question is closed or the draft is deleted", () => {
  const { element, press } = page(
    <DraftsProvider drafts={createDrafts()}>
      <Growing of="req_1" initial="-" />
    </DraftsProvider>,
  );
  for (const back of [1, 2]) {
    press();
    expect(element.textContent).toBe("-x");
    press(back);
    expect(element.textContent).toBe("-");
  }
});

it("shows its initial value, even a changed one, until somebody types", () => {
  const growing = (initial: string) => (
    <DraftsProvider drafts={createDrafts()}>
      <Growing of="req_1" initial={initial} />
    </DraftsProvider>
  );
  const { element, show } = page(growing("a"));
  show(growing("b"));
  expect(element.textContent).toBe("b");
});

it("keeps drafts in the tab's storage without a provider, and draws on a server without one", () => {
  expect(renderToString(<Growing of="req_9" initial="-" />)).toContain("-");
  const { element, press } = page(<Growing of="req_9" />);
  press();
  expect(element.textContent).toBe("x");
  expect(createDrafts(sessionStorage).read("req_9", "word")).toBe("x");
});
