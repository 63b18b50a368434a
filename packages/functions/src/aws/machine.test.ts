import { RequestId } from "@callboard/protocol";
import { expect, it } from "vitest";
import { cryptoIds } from "./machine.ts";

it("makes ids that differ, in lower-case letters and digits", () => {
  const ids = Array.from({ length: 1000 }, () => cryptoIds.random());
  expect(new Set(ids).size).toBe(1000);
  for (const id of ids) expect(id).toMatch(/^[0-9a-z]{32}$/);
});

it("gives one text one hash, fit for a request's id", () => {
  expect(cryptoIds.hash("token")).toBe(cryptoIds.hash("token"));
  expect(cryptoIds.hash("token")).not.toBe(cryptoIds.hash("tokem"));
  expect(RequestId.safeParse(`req_${cryptoIds.hash("")}`).success).toBe(true);
});
