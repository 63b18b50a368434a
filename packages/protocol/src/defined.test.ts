import { expect, expectTypeOf, it } from "vitest";
import { defined } from "./defined.ts";

const maybe = <T>(value: T): T | undefined => value;

it("leaves out only undefined values", () => {
  const kept = { no: null, off: false, none: 0, empty: "", not: Number.NaN };
  const result = defined({
    ...kept,
    gone: undefined,
    there: maybe(1),
    missing: maybe<number | undefined>(undefined),
  });
  expect(result).toStrictEqual({ ...kept, there: 1 });
  expect(Object.keys(result)).not.toContain("missing");
});

it("makes a new object, and leaves the one that it was given as it was", () => {
  const given = { a: 1, b: undefined };
  expect(defined(given)).not.toBe(given);
  expect(Object.keys(given)).toEqual(["a", "b"]);
});

it("has the type that strict optional properties ask for", () => {
  interface Message {
    type: "error" | "done";
    re?: string;
    details?: Record<string, unknown>;
  }
  const message: Message = defined({ type: "error", re: maybe("m1"), details: maybe({ a: 1 }) });
  expect(message).toStrictEqual({ type: "error", re: "m1", details: { a: 1 } });
  const typed = defined({ id: 1 as number, name: maybe("x") as string | undefined, more: 1 as unknown });
  expectTypeOf(typed).toEqualTypeOf<{ id: number; name?: string; more?: unknown }>();
  // @ts-expect-error a property that may be undefined may be absent
  const whole: { re: string } = defined({ re: maybe("m1") });
  expect(whole.re).toBe("m1");
});

it("keeps the cases of a union apart", () => {
  type Outcome = { state: "ok"; at: number | undefined } | { state: "failed"; why: string };
  const outcome = { state: "failed", why: "late" } as Outcome;
  expectTypeOf(defined(outcome)).toEqualTypeOf<
    { state: "ok"; at?: number } | { state: "failed"; why: string }
  >();
  expect(defined(outcome)).toEqual(outcome);
});
