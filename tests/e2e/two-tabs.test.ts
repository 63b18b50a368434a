import type { RequestId } from "@callboard/protocol";
import { afterAll, beforeAll, expect, it } from "vitest";
import { ask } from "./asking.ts";
import { until } from "./people.ts";
import { openStage, type Stage } from "./stage.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

it("shows that a person with two tabs attends to a question until the last of them is closed", async () => {
  await ask(stage.aws, 1);
  const work = stage.person("olga", "creator").channel("work:video/v_asked0");
  const isAsked = (key: string) => key.startsWith("request/");
  await until(work, ({ items }) => [...items.keys()].some(isAsked));
  const requestId = [...work.items.keys()].find(isAsked)!.slice("request/".length) as RequestId;
  const key = `attending/${requestId}/ana` as const;
  const stateOf = () => work.get(key)?.state;

  const [first, second] = [stage.person("ana", "creator"), stage.person("ana", "creator")];
  expect(await first.attend(requestId, "shown")).toEqual({ status: "accepted" });
  expect(await second.attend(requestId, "reviewing")).toEqual({ status: "accepted" });
  await until(work, () => stateOf() === "reviewing");
  second.close();
  await until(work, () => stateOf() === "shown");
  first.close();
  await until(work, ({ items }) => !items.has(key));
});
