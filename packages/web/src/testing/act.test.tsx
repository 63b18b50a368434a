// @vitest-environment happy-dom
import { createElement as buildersElement } from "preact";
import { createElement, useEffect, useState } from "react";
import { createRoot } from "react-dom/client";
import { expect, it } from "vitest";
import { act } from "./act.ts";

/** Says how far it has come: drawn, its effect has run, its answer is there. */
function Stages({ answer }: { answer: Promise<string> }) {
  const [stage, setStage] = useState("drawn");
  useEffect(() => {
    setStage("effect");
    void answer.then(setStage);
  }, [answer]);
  return <p>{stage}</p>;
}

function page() {
  const element = document.createElement("div");
  return { element, root: createRoot(element) };
}

it("draws with the renderer that the pages are built with", () => {
  expect(createElement).toBe(buildersElement);
});

it("has drawn the changes of effects when it is over", () => {
  const { element, root } = page();
  act(() => root.render(<Stages answer={new Promise(() => {})} />));
  expect(element.textContent).toBe("effect");
});

it("has drawn the results of promises that settle meanwhile", async () => {
  const { element, root } = page();
  await act(async () => root.render(<Stages answer={Promise.resolve("answer")} />));
  expect(element.textContent).toBe("answer");
});

it("rejects with its error, and works the next time", async () => {
  const failed = act(() => Promise.reject(new Error("no")));
  await expect(failed).rejects.toThrow("no");
  const { element, root } = page();
  act(() => root.render(<p>there</p>));
  expect(element.textContent).toBe("there");
});
