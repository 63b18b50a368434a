import type { HistoryEntry } from "@callboard/protocol";
import { expect, it } from "vitest";
import { historyLines } from "./history-lines.ts";

const at = Date.UTC(2026, 0, 1, 10);
const id = "0001767261600000.a";
const asked = { thread: "title", round: 1, requestId: "req_3kq9v8m2x7ab4dnt" } as const;

it("prints a line for each kind of entry, the oldest first, and escapes control characters", () => {
  const entries: HistoryEntry[] = [
    {
      what: "execution",
      id,
      at: at + 7000,
      execution: "pp:v_1",
      state: "failed",
      redrive: 1,
      cause: "It \u001b broke",
    },
    { what: "execution", id, at: at + 6000, execution: "pp:v_1", state: "running", redrive: 1 },
    {
      ...{
        what: "question",
        id,
        at: at + 5000,
        ...asked,
        happened: "answered",
        by: { id: "ana", name: "Ana" },
      },
      ...{ verb: "pick", candidate: "A title", comment: "Short" },
    } as HistoryEntry,
    {
      ...{ what: "question", id, at: at + 4000, ...asked, happened: "asked", prompt: "Which title?" },
      ...{ assignees: ["user/ana"], deadline: at + 9000 },
    } as HistoryEntry,
    { what: "candidates", id, at: at + 3000, thread: "title", round: 1, source: "Model", count: 2 },
    {
      ...{ what: "facts", id, at: at + 2000, more: 3 },
      facts: [
        { name: "tags", label: "Tags" },
        { name: "old", removed: true },
      ],
    } as HistoryEntry,
    {
      what: "progress",
      id,
      at: at + 1000,
      step: "mp4",
      state: "failed",
      attempt: 2,
      message: "No.",
      cause: "Disk",
    },
    { what: "progress", id, at, step: "mp4", state: "started" },
  ];
  expect(historyLines(entries)).toEqual([
    "2026-01-01 10:00:00Z  mp4             started",
    '2026-01-01 10:00:01Z  mp4, attempt 2  failed                 "No."; cause "Disk"',
    '2026-01-01 10:00:02Z  facts           set                    tags "Tags", without old, and 3 more',
    '2026-01-01 10:00:03Z  title 1         candidates             2; by "Model"',
    '2026-01-01 10:00:04Z  title 1         asked                  "Which title?"; of user/ana; until 2026-01-01 10:00:09Z; req_3kq9v8m2x7ab4dnt',
    '2026-01-01 10:00:05Z  title 1         answered    Ana (ana)  pick "A title"; comment "Short"; req_3kq9v8m2x7ab4dnt',
    "2026-01-01 10:00:06Z  redrive 1       running                pp:v_1",
    '2026-01-01 10:00:07Z  redrive 1       failed                 pp:v_1; cause "It \\u001b broke"',
  ]);
});

it("shows no attempt number that a workflow uses in its own way", () => {
  const entry = { what: "progress", id, at, step: "mp4", state: "failed" } as const;
  const lines = [2, 99, 100, 1001].map((attempt) => historyLines([{ ...entry, attempt }])[0]);
  expect(lines.map((line) => line!.slice("2026-01-01 10:00:00Z  ".length).split("  ")[0])).toEqual([
    "mp4, attempt 2",
    "mp4, attempt 99",
    "mp4",
    "mp4",
  ]);
});
