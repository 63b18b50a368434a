import { expect, it } from "vitest";
import { ownClient } from "../../testing/own-client.ts";
import { conformanceCases } from "./cases/index.ts";
import { runCases } from "./run-cases.ts";

it("passes our own client in every case", async () => {
  const outcomes = await runCases(conformanceCases, {
    start: ownClient,
    port: 0,
    patienceMs: 30_000,
    atOnce: conformanceCases.length,
    tell: () => {},
  });
  expect(outcomes.filter(({ outcome }) => outcome !== "passed")).toEqual([]);
  expect(outcomes).toHaveLength(conformanceCases.length);
}, 60_000);
