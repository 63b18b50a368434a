import { expect, it } from "vitest";
import { createAttention } from "./attention.ts";
import type { Acted } from "./outbox.ts";
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

it("repeats over a new connection what the user does, because the server forgot it with the old one", async () => {
  const { say, again } = await attending();
  await say("reviewing");
  expect(await again()).toMatchObject([{ requestId, state: "reviewing" }]);
  expect(await again()).toMatchObject([{ requestId, state: "reviewing" }]);
});

it("repeats it over the next connection before a renewal closes the former one", async () => {
  const { say, network, clock, welcome } = await attending();
  await say("reviewing");
  const first = network.last();
  first.say({ type: "bye", code: "connection_too_old", retry: "later" });
  await clock.advance(250);
  await welcome(network.last());
  expect(network.last()).not.toBe(first);
  expect(network.last().take("attend")).toMatchObject({ requestId, state: "reviewing" });
});

it("does not repeat what was left, refused, or reported too long ago", async () => {
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

/** Attention to one question whose server answers when the test lets it. */
function attended() {
  let now = 0;
  const said: string[] = [];
  const answers: ((acted: Acted) => void)[] = [];
  const attention = createAttention({ now: () => now }, (_, state) => {
    said.push(state);
    return new Promise((resolve) => answers.push(resolve));
  });
  const again = () => {
    const before = said.length;
    attention.resend();
    return said.slice(before);
  };
  const answer = async (nth: number, acted: Acted) => {
    answers[nth]!(acted);
    await Promise.resolve();
    await Promise.resolve();
  };
  return {
    report: (state: "shown" | "reviewing" | "left") => attention.report(requestId, state),
    again,
    answer,
    pass: (ms: number) => {
      now += ms;
    },
  };
}
const accepted = { status: "accepted" } as const;
const refused = { status: "refused", code: "withdrawn", details: {} } as const;

it("is valid for ninety seconds from the first report, even if it is repeated", async () => {
  const { report, again, answer, pass } = attended();
  report("reviewing");
  await answer(0, accepted);
  pass(60_000);
  expect(again()).toEqual(["reviewing"]);
  await answer(1, accepted);
  pass(29_999);
  expect(again()).toEqual(["reviewing"]);
  await answer(2, accepted);
  pass(1);
  expect(again()).toEqual([]);
});

it("is not repeated while the first message is unanswered, because the outbox repeats that", async () => {
  const { report, again, answer } = attended();
  report("shown");
  expect(again()).toEqual([]);
  await answer(0, accepted);
  expect(again()).toEqual(["shown"]);
});

it("is not forgotten when an earlier report is refused", async () => {
  const { report, again, answer } = attended();
  report("shown");
  report("reviewing");
  await answer(1, accepted);
  await answer(0, refused);
  expect(again()).toEqual(["reviewing"]);
});

it("is forgotten once it is refused, even after a repeat", async () => {
  const { report, again, answer } = attended();
  report("shown");
  await answer(0, accepted);
  expect(again()).toEqual(["shown"]);
  await answer(1, refused);
  expect(again()).toEqual([]);
});
