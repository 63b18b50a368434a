import { RequestId } from "@callboard/protocol";
import { expect, it } from "vitest";
import { cryptoIds } from "./machine.ts";

it("makes ids that differ, in lower-case letters and digits", () => {
  const ids = Array.from({ length: 1000 }, () => cryptoIds.random());
  expect(new Set(ids).size).toBe(1000);
  for (const id of ids) expect(id).toMatch(/^[0-9a-z]{32}$/);
});

it("gives a text always the same hash, valid in a request's id", () => {
  expect(cryptoIds.hash("token")).toBe(cryptoIds.hash("token"));
  expect(cryptoIds.hash("token")).not.toBe(cryptoIds.hash("tokem"));
  expect(RequestId.safeParse(`req_${cryptoIds.hash("")}`).success).toBe(true);
});

it("makes digits and secrets that differ", () => {
  const codes = Array.from({ length: 1000 }, () => cryptoIds.digits(6));
  for (const code of codes) expect(code).toMatch(/^\d{6}$/);
  for (let digit = 0; digit < 10; digit++)
    expect(codes.some((code) => code.startsWith(`${digit}`))).toBe(true);
  const secrets = Array.from({ length: 100 }, () => cryptoIds.secret());
  expect(new Set(secrets).size).toBe(100);
  for (const secret of secrets) expect(Buffer.from(secret, "base64")).toHaveLength(32);
});
