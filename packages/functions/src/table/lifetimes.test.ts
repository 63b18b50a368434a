import type { FeedbackRequest, Reach } from "@callboard/core";
import { expect, it } from "vitest";
import { lifetimes } from "./lifetimes.ts";

const day = 86_400;

it("keeps an execution's record as long as it may run, and after its end as long as a closed request", () => {
  const { execution } = lifetimes({ retentionDays: 2 });
  expect(execution(0, false)).toBe(456 * day);
  expect(execution(0, true)).toBe(2 * day);
  expect(lifetimes({}).execution(0, true)).toBe(90 * day);
});

it("counts in parts of a day as well", () => {
  expect(lifetimes({ retentionDays: 0.01 }).execution(0, true)).toBe(864);
});

it("keeps a token for a day after the wait, or for as short as anything is kept", () => {
  const request = { askedAt: 0, timeoutAt: 60_000 } as FeedbackRequest;
  expect(lifetimes({}).token(request)).toEqual({ ttl: 60 + day });
  expect(lifetimes({ retentionDays: 0.01 }).token(request)).toEqual({ ttl: 60 + 864 });
});

it("keeps a person a week longer than requests, and the mark of an erased one until it may expire", () => {
  const { person } = lifetimes({ retentionDays: 2 });
  const known = { key: "k", state: "known", person: { id: "ana", name: "Ana" }, words: [], at: 0 } as const;
  expect(person(known)).toEqual({ ttl: 9 * day });
  expect(person({ key: "k", state: "erased", at: 0, until: 5000 })).toEqual({ ttl: 5 });
});

it("keeps how a person is reached for as long as the person", () => {
  const { reach } = lifetimes({ retentionDays: 2 });
  expect(reach({ at: 0 } as Reach)).toEqual({ ttl: 9 * day });
});
