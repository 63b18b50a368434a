// @vitest-environment happy-dom
import { act } from "react";
import { createRoot } from "react-dom/client";
import { renderToString } from "react-dom/server";
import { afterEach, expect, it, vi } from "vitest";
import { type Chunk, createChunk, useChunk } from "./use-chunk.ts";

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });

afterEach(() => void vi.useRealTimers());

const Drawn = ({ of, wanted }: { of: Chunk<string>; wanted: boolean }) => (
  <p>{useChunk(of, wanted) ?? "not there"}</p>
);

function stage(fetch: () => Promise<string>) {
  const fetched = vi.fn(fetch);
  const chunk = createChunk(fetched);
  const element = document.createElement("div");
  const root = createRoot(element);
  const show = (wanted: boolean) => act(async () => root.render(<Drawn of={chunk} wanted={wanted} />));
  return { fetched, chunk, element, root, show };
}

it("loads a chunk once, when it is first wanted, and never on a server", async () => {
  const { fetched, chunk, element, show } = stage(async () => "code");
  expect(renderToString(<Drawn of={chunk} wanted />)).toBe("<p>not there</p>");
  await show(false);
  expect([element.textContent, fetched.mock.calls.length]).toEqual(["not there", 0]);
  await show(true);
  await show(false);
  expect(element.textContent).toBe("not there");
  await show(true);
  expect([element.textContent, fetched.mock.calls.length]).toEqual(["code", 1]);
});

it("asks again for a chunk that did not load, while it is needed", async () => {
  vi.useFakeTimers();
  let isThere = false;
  const { fetched, chunk, element, root, show } = stage(async () => {
    if (!isThere) throw new Error("no network");
    return "code";
  });
  await expect(chunk.load()).rejects.toThrow("no network");
  await show(true);
  await act(() => vi.advanceTimersByTimeAsync(5_000));
  expect(fetched).toHaveBeenCalledTimes(3);
  await show(false);
  await act(() => vi.advanceTimersByTimeAsync(20_000));
  expect(fetched).toHaveBeenCalledTimes(3);
  isThere = true;
  await show(true);
  expect([element.textContent, fetched.mock.calls.length]).toEqual(["code", 4]);
  await act(async () => root.unmount());
});
