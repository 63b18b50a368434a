import { expect, it } from "vitest";
import { lobby } from "./testing/lobby.ts";

it("tells the machine's time before the first welcome, and the server's from then on", async () => {
  const { clock, client, network, welcome } = await lobby();
  expect(client.now()).toBe(clock.now());
  await welcome(network.last());
  expect(client.now()).toBe(0);
  await clock.advance(1_500);
  expect(client.now()).toBe(1_500);
});
