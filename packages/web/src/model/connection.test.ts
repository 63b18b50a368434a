import { expect, it } from "vitest";
import { connectionView } from "./connection.ts";

it("counts down to the next attempt", () => {
  const state = { state: "waiting", retryInMs: 8_000, reason: "lost" } as const;
  expect(connectionView(state, true, 2_500)).toEqual({
    kind: "reconnecting",
    text: "Reconnecting",
    countdown: 6,
  });
});

it("says offline when the browser has no network", () => {
  const state = { state: "waiting", retryInMs: 8_000, reason: "lost" } as const;
  expect(connectionView(state, false, 0).kind).toBe("offline");
});

it("says that one may not be authorised after three failed openings", () => {
  const state = { state: "waiting", retryInMs: 1, reason: "unauthorized_or_unreachable" } as const;
  expect(connectionView(state, true, 0).kind).toBe("unauthorised");
});

it.each([
  ["unauthorized", "Not authorised"],
  ["closed_by_client", "Disconnected"],
] as const)("says why it is over after %s", (code, text) => {
  expect(connectionView({ state: "closed", code, reason: "" }, true, 0).text).toBe(text);
});
