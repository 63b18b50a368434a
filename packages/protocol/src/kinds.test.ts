import { describe, expect, it } from "vitest";
import { isKeyOf, isShownIn, kindOf, valueShownIn } from "./kinds.ts";

describe("a key", () => {
  it("is of the kind before its first slash", () => {
    expect(kindOf("title")).toBe(kindOf("title/of/more"));
    expect(kindOf("request/req_1")).toMatchObject({ named: ["requestId"] });
    expect(kindOf("request")).not.toBe(kindOf("requests"));
  });

  it("is shown where its kind is", () => {
    expect(isShownIn("watch", "title")).toBe(true);
    expect(isShownIn("watch", "private/note")).toBe(false);
    expect(isShownIn("work", "private/note")).toBe(true);
    expect(isShownIn("list", "subject/video/1")).toBe(true);
  });

  it("of an unknown kind is for owners, and for the owner of its inbox", () => {
    for (const key of ["new/one", "toString", ""])
      expect(["watch", "work", "inbox", "list"].filter((kind) => isShownIn(kind as "watch", key))).toEqual([
        "work",
        "inbox",
      ]);
  });

  it("shows the kind of its value", () => {
    expect(isKeyOf("title", "title")).toBe(true);
    expect(isKeyOf("step", "step/e/s")).toBe(true);
    expect(isKeyOf("step", "steps/e/s")).toBe(false);
    expect(isKeyOf("step", "fact/step/")).toBe(false);
  });
});

describe("a value", () => {
  const execution = { status: "failed", cause: "a stack", arn: "arn:aws:states:1" };

  it("is shown to viewers without the fields for owners", () => {
    expect(valueShownIn("watch", "execution/e", execution)).toEqual({ status: "failed" });
    expect(valueShownIn("watch", "step/e/s", { cause: "a stack", arn: "kept" })).toEqual({ arn: "kept" });
  });

  it("is shown to owners as a whole", () => {
    expect(valueShownIn("work", "execution/e", execution)).toBe(execution);
  });

  it("without fields for owners is shown unchanged, whatever its type", () => {
    for (const value of [{ status: "running" }, ["cause"], "cause", null, undefined, 1]) {
      expect(valueShownIn("watch", "execution/e", value)).toBe(value);
      expect(valueShownIn("watch", "title", value)).toBe(value);
    }
    expect(valueShownIn("watch", "fact/cause", execution)).toBe(execution);
  });
});
