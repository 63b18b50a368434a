import { expect, it } from "vitest";
import { systemClock } from "./clock.ts";
import { lobby } from "./testing/lobby.ts";

it("returns the machine's time before the first welcome, then the server's", async () => {
  const { clock, client, network, welcome } = await lobby();
  expect(client.now()).toBe(clock.now());
  await welcome(network.last());
  expect(client.now()).toBe(0);
  await clock.advance(1_500);
  expect(client.now()).toBe(1_500);
});

it("is the machine's clock, and calls once after a time unless cancelled", async () => {
  const calls: string[] = [];
  const before = Date.now();
  const cancel = systemClock.after(1, () => calls.push("cancelled"));
  systemClock.after(1, () => calls.push("first"));
  cancel();
  await new Promise<void>((resolve) => systemClock.after(20, resolve));
  expect(calls).toEqual(["first"]);
  expect(systemClock.now() - before).toBeGreaterThanOrEqual(19);
  expect(Math.abs(systemClock.now() - Date.now())).toBeLessThan(1000);
});
