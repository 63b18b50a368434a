import { expect, it } from "vitest";
import { bearerOf, SUBPROTOCOL, subprotocolsFor } from "./subprotocols.ts";

it("finds the token among the offered subprotocols, at any place", () => {
  const offered = subprotocolsFor("aaa.bbb.ccc");
  expect(offered[0]).toBe(SUBPROTOCOL);
  expect([bearerOf(offered), bearerOf(offered.toReversed())]).toEqual(["aaa.bbb.ccc", "aaa.bbb.ccc"]);
});

it("finds none where none is offered, or an empty one", () => {
  expect([bearerOf([]), bearerOf([SUBPROTOCOL]), bearerOf(subprotocolsFor(""))]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});
