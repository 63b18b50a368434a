import { describe, expect, it } from "vitest";
import { readPath } from "./read-path.ts";
import { writePath } from "./write-path.ts";

const scope = { context: { Execution: { Id: "e-1" } }, variables: { user: { name: "Ana" } } };
const store = {
  book: [
    { title: "Sayings", price: 8.95, tags: ["old"] },
    { title: "Sword", price: 12.99 },
    { title: "Moby Dick", price: 8.99, isbn: "0-553" },
  ],
  bicycle: { price: 19.95 },
};
const read = (path: string, input: unknown = store) => readPath(path, input, scope);
const failure = (run: () => unknown) => {
  try {
    return { value: run() };
  } catch (cause) {
    const { error, detail } = cause as { error: string; detail: string };
    return { error, detail };
  }
};

describe("reading a path", () => {
  it.each([
    ["$", store],
    ["$.bicycle.price", 19.95],
    ["$['bicycle'][\"price\"]", 19.95],
    ["$.book[0].title", "Sayings"],
    ["$.book.[0].['title']", "Sayings"],
    ["$..['price']", [8.95, 12.99, 8.99, 19.95]],
    ["$.book[-1].title", "Moby Dick"],
    ["$.book[*].title", ["Sayings", "Sword", "Moby Dick"]],
    ["$.book[1:].title", ["Sword", "Moby Dick"]],
    ["$.book[:1].title", ["Sayings"]],
    ["$.book[0,2].title", ["Sayings", "Moby Dick"]],
    ["$.book[0]['title','price']", { title: "Sayings", price: 8.95 }],
    ["$..price", [8.95, 12.99, 8.99, 19.95]],
    ["$.book[?(@.price < 10)].title", ["Sayings", "Moby Dick"]],
    ["$.book[?(@.isbn)].title", ["Moby Dick"]],
    ["$.book[?(!@.isbn && @.price > 10)].title", ["Sword"]],
    ["$.book[?(@.title == 'Sword' || 'old' in @.tags)].price", [8.95, 12.99]],
    ["$.book[?(@.title in ['Sword', 'Other'])].price", [12.99]],
    ["$.book[?(@.price < $.bicycle.price)].price", [8.95, 12.99, 8.99]],
    ["$.book[?(@.title =~ /m.*k/i)].title", ["Moby Dick"]],
    ["$.nothing[*].title", []],
    ["$$.Execution.Id", "e-1"],
    ["$$", scope.context],
    ["$user.name", "Ana"],
  ])("%s selects what Jayway's JsonPath selects", (path, expected) => {
    expect(read(path)).toEqual(expected);
  });

  it("treats a backslash in a name literally unless it escapes the quote", () => {
    expect(read("$['a\\b']", { "a\\b": 1 })).toBe(1);
    expect(read("$['a\\'b']", { "a'b": 2 })).toBe(2);
  });

  it("names the step of a definite path that failed", () => {
    expect(failure(() => read("$.x"))).toEqual({
      error: "States.Runtime",
      detail: "Invalid path '$.x' : No results for path: $['x']",
    });
    expect(failure(() => read("$.x.y")).detail).toContain("Missing property in path $['x']");
    expect(failure(() => read("$.book[7]")).detail).toContain("No results for path: $['book'][7]");
    expect(failure(() => read("$.bicycle.price.cents")).detail).toContain(
      "Expected to find an object with property ['cents'] in path $['bicycle']['price']",
    );
    expect(failure(() => read("$nobody.name")).error).toBe("States.Runtime");
  });

  it("does not read inherited properties", () => {
    expect(failure(() => read("$.constructor")).error).toBe("States.Runtime");
  });

  it.each(["$.", "$.a[", "$[?(@.a ==)]", "a.b", "$.a.length()", "$.a b", "$[?(@.a =~ /(/)]"])(
    "%s is refused: it is not a path",
    (path) => {
      expect(failure(() => read(path)).error).toBe("States.Runtime");
    },
  );
});

describe("writing a result", () => {
  it("creates the missing objects and leaves the input unchanged", () => {
    const input = { kept: 1 };
    expect(writePath("$.a.b", input, 2)).toEqual({ kept: 1, a: { b: 2 } });
    expect(input).toEqual({ kept: 1 });
  });

  it("replaces the whole input, a member or an item", () => {
    expect(writePath("$", { a: 1 }, "new")).toBe("new");
    expect(writePath("$.a", { a: 1 }, 2)).toEqual({ a: 2 });
    expect(writePath("$.list[1].done", { list: [{}, {}] }, true)).toEqual({ list: [{}, { done: true }] });
  });

  it("fails if the path does not fit the input", () => {
    expect(failure(() => writePath("$.a.b", { a: "text" }, 1)).error).toBe("States.ResultPathMatchFailure");
    expect(failure(() => writePath("$.a[2]", { a: [1] }, 1)).error).toBe("States.ResultPathMatchFailure");
    expect(failure(() => writePath("$.a", [1], 1)).error).toBe("States.ResultPathMatchFailure");
    expect(failure(() => writePath("$.a[*]", { a: [1] }, 1)).error).toBe("States.Runtime");
    expect(failure(() => writePath("$$.a", {}, 1)).error).toBe("States.Runtime");
  });

  it("writes a member named __proto__ as any other", () => {
    const written = writePath("$['__proto__'].polluted", {}, true);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
    expect(JSON.stringify(written)).toBe('{"__proto__":{"polluted":true}}');
  });
});
