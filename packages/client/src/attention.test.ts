import { expect, it } from "vitest";
import { lobby } from "./testing/lobby.ts";

const requestId = "req_000000000001";

/** A client that has said that Ana reviews a question, and was heard. */
async function attending() {
  const at = await lobby();
  await at.welcome(at.network.last());
  const say = async (state: "reviewing" | "left", status: "accepted" | "refused" = "accepted") => {
    const said = at.client.attend(requestId, state);
    const { id } = at.network.last().take("attend");
    at.network.last().say({ type: "acted", re: id, requestId, action: "attend", status });
    await said;
  };
  const again = async () => {
    at.network.last().drop();
    await at.clock.advance(1000);
    await at.welcome(at.network.last());
    return at.network.last().inbox.filter(({ type }) => type === "attend");
  };
  return { ...at, say, again };
}

it("says over a new connection what the user still does, since the former one has ended it", async () => {
  const { say, again } = await attending();
  await say("reviewing");
  expect(await again()).toMatchObject([{ requestId, state: "reviewing" }]);
  expect(await again()).toMatchObject([{ requestId, state: "reviewing" }]);
});

it("says it over the next connection before it leaves the former when it renews", async () => {
  const { say, network, clock, welcome } = await attending();
  await say("reviewing");
  const first = network.last();
  first.say({ type: "bye", code: "connection_too_old", retry: "later" });
  await clock.advance(250);
  await welcome(network.last());
  expect(network.last()).not.toBe(first);
  expect(network.last().take("attend")).toMatchObject({ requestId, state: "reviewing" });
});

it("says nothing again of what was left, refused, or said too long ago", async () => {
  const left = await attending();
  await left.say("reviewing");
  await left.say("left");
  expect(await left.again()).toEqual([]);

  const refused = await attending();
  await refused.say("reviewing", "refused");
  expect(await refused.again()).toEqual([]);

  const late = await attending();
  await late.say("reviewing");
  late.network.last().drop();
  await late.clock.advance(500);
  late.network.last().drop();
  await late.clock.advance(90_000);
  await late.welcome(late.network.last());
  expect(late.network.last().inbox.filter(({ type }) => type === "attend")).toEqual([]);
});
