import type { RequestOverview } from "@callboard/core";
import { expect, it } from "vitest";
import { keptTerminal } from "../../testing/kept-terminal.ts";
import { printRequests } from "./overview.ts";

const request: RequestOverview = {
  requestId: "req_0123456789ab",
  subject: "video/v_1",
  thread: "title",
  round: 2,
  state: "open",
  askedAt: 0,
  ageMs: 65_000,
  assignees: ["user/ana", "role/editors"],
};
const relay = { answeredAt: 0, attempts: 1, nextAt: 0 };

it("marks an answer that is stuck, with its age and its attempts", () => {
  const { terminal, printed } = keptTerminal();
  printRequests(
    terminal,
    [
      { ...request, deadline: Date.UTC(2026, 0, 1) },
      { ...request, state: "answered", relay: { ...relay, ageMs: 2000, stuck: false } },
      { ...request, state: "answered", relay: { ...relay, ageMs: 125_000, attempts: 6, stuck: true } },
    ],
    "none",
  );
  const lines = printed.join("\n").split("\n");
  expect(lines.map((line) => line.slice(0, line.indexOf("  ") + 1).trim())).toEqual([
    "REQUEST",
    ...Array(3).fill("req_0123456789ab"),
  ]);
  const column = lines[0]!.indexOf("STATE");
  expect(lines.slice(1).map((line) => line.slice(column).split("  ")[0])).toEqual([
    "open",
    "answered 2s ago, 1 attempt",
    "STUCK: answered 2m 5s ago, 6 attempts",
  ]);
  expect(lines[1]).toMatch(/ title 2 +1m 5s +2026-01-01 00:00:00Z +open +user\/ana, role\/editors$/);
});

it("says that there are none", () => {
  const { terminal, printed } = keptTerminal();
  printRequests(terminal, [], "no request is open");
  expect(printed).toEqual(["no request is open"]);
});
