import { expect, it } from "vitest";
import { memoryStage } from "../testing/memory-stage.ts";

/** Somebody who is reached by mail, with the token that turns it off. */
async function reached() {
  const stage = memoryStage();
  const key = stage.ports.ids.hash("user/ana");
  await stage.ports.reach.replace(undefined, {
    key,
    person: { id: "ana", name: "Ana" },
    rev: 1,
    roles: [],
    issuer: { address: "ana@example.com" },
    own: {},
    at: stage.now(),
  });
  const off = async () => (await stage.ports.reach.read(key))?.own.off;
  return { stage, key, off };
}

it("turns one door off for the person whom a token names, as often as it comes", async () => {
  const { stage, key, off } = await reached();
  const token = await stage.ports.doorTokens.seal({ kind: "unsubscribe", key, door: "mail" });
  for (let n = 0; n < 2; n++) expect(await stage.app.doors.turnOff(token)).toBe(true);
  expect(await off()).toEqual(["mail"]);
});

it("turns nothing off by the token of an answer, or by what is none", async () => {
  const { stage, off } = await reached();
  const token = await stage.ports.doorTokens.seal({
    kind: "answer",
    requestId: "req_000000000001",
    person: { id: "ana", name: "Ana" },
    as: "user/ana",
    door: "mail",
    until: 1,
  });
  for (const one of [token, "nothing"]) expect(await stage.app.doors.turnOff(one)).toBe(false);
  expect(await off()).toBeUndefined();
});

it("has nothing to turn off for somebody who was erased, and says that it is done", async () => {
  const { stage, key } = await reached();
  const token = await stage.ports.doorTokens.seal({ kind: "unsubscribe", key, door: "mail" });
  await stage.app.feedback.erase("user/ana");
  expect(await stage.app.doors.turnOff(token)).toBe(true);
  expect(await stage.ports.reach.read(key)).toBeUndefined();
});
