import { expect, it } from "vitest";
import { createListeners } from "./listeners.ts";

it("calls a function once for each time it was added, until it is removed", () => {
  const listeners = createListeners<[number]>();
  const heard: number[] = [];
  const listen = (n: number) => heard.push(n);
  const removeFirst = listeners.add(listen);
  listeners.add(listen);
  listeners.emit(1);
  removeFirst();
  listeners.emit(2);
  expect(heard).toEqual([1, 1, 2]);
});

it("calls the others when one throws, and lets the error be seen", () => {
  const heard: string[] = [];
  const raised: unknown[] = [];
  const listeners = createListeners<[]>((thrown) => raised.push(thrown));
  const mine = new Error("mine");
  listeners.add(() => {
    throw mine;
  });
  listeners.add(() => heard.push("second"));
  listeners.emit();
  expect([heard, raised]).toEqual([["second"], [mine]]);
});
