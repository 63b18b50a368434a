import { expect, it } from "vitest";
import type { WaitReason } from "../connection-state.ts";
import { connectionView } from "./connection-view.ts";

const waiting = (reason: WaitReason) =>
  ({ state: "waiting", retryInMs: 8_000, retryAt: 20_000, reason }) as const;

it("counts down to the next attempt, and no further", () => {
  const countdown = (now: number) => connectionView(waiting("lost"), now, true).countdown;
  expect([12_000, 14_500, 19_999, 20_000, 25_000].map(countdown)).toEqual([8, 6, 1, 0, 0]);
});

it("never counts from more than the wait, even if the machine's clock jumps", () => {
  expect(connectionView(waiting("lost"), 20_000 - 7_200_000, true).countdown).toBe(8);
});

it("shows `offline` when the browser has no network, for any reason of the wait", () => {
  for (const state of [waiting("lost"), { state: "connecting" } as const])
    expect(connectionView(state, 0, false)).toMatchObject({ kind: "offline", code: "offline" });
  expect(connectionView(waiting("offline"), 0, true).kind).toBe("offline");
});

it.each([
  ["cannot_connect", "reconnecting", "reconnecting"],
  ["lost", "reconnecting", "reconnecting"],
  ["server_asked", "reconnecting", "reconnecting"],
  ["no_token", "reconnecting", "no_token"],
  ["unauthorized_or_unreachable", "reconnecting", "unauthorized_or_unreachable"],
  ["unauthorized", "unauthorised", "unauthorized"],
] as const)("shows what it waits for after %s", (reason, kind, code) => {
  expect(connectionView(waiting(reason), 12_000, true)).toMatchObject({ kind, code, countdown: 8 });
});

it("offers to try at once unless the server asked for the wait", () => {
  const canRetry = (reason: WaitReason) => connectionView(waiting(reason), 12_000, true).canRetry;
  expect((["lost", "offline", "server_asked"] as const).map(canRetry)).toEqual([true, true, false]);
});

it.each([
  ["unauthorized", "unauthorized"],
  ["closed_by_client", "ended"],
] as const)("shows why it was closed after %s", (closed, code) => {
  expect(connectionView({ state: "closed", code: closed, reason: "" }, 0, true).code).toBe(code);
});
