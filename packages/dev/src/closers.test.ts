import { expect, it } from "vitest";
import { openClosers } from "./closers.ts";

function closersWithLog() {
  const closers = openClosers();
  const log: string[] = [];
  const closes = (name: string) => () => void log.push(name);
  return { closers, log, closes };
}

it("closes in reverse order, once, and closes the rest although one fails", async () => {
  const { closers, log, closes } = closersWithLog();
  closers.add(closes("a"));
  closers.add(() => Promise.reject(new Error("b")));
  closers.add(closes("c"));
  await expect(closers.close()).rejects.toThrow("b");
  await expect(closers.close()).rejects.toThrow("b");
  expect(log).toEqual(["c", "a"]);
});

it("closes what a start adds after the close began, and stops that start", async () => {
  const { closers, log, closes } = closersWithLog();
  let go = () => {};
  closers.add(() => new Promise<void>((done) => (go = done)));
  const first = closers.close();
  expect(() => closers.add(closes("late"))).toThrow("being closed");
  go();
  await first;
  await closers.close();
  expect(log).toEqual(["late"]);
  expect(() => closers.add(closes("later"))).toThrow("being closed");
  await closers.close();
  expect(log).toEqual(["late", "later"]);
});
