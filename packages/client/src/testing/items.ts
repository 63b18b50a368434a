import type { Item, RequestValue } from "@callboard/protocol";
import type { Items } from "../headless/items.ts";

/** A channel's items from plain values by key, in the order of their offsets. */
export function itemsOf(values: Readonly<Record<string, unknown>>): Items {
  const items = Object.entries(values).map(
    ([key, value], index): Item => ({ key, value, offset: index + 1, version: "1", at: 1000 + index }),
  );
  return new Map(items.map((item) => [item.key, item]));
}

/** A question about a title, open and in its first round by default. */
export function requestOf(more: Partial<RequestValue> = {}): RequestValue {
  return {
    requestId: "req_0123456789",
    subject: "video/v_1",
    thread: "title",
    round: 1,
    prompt: "Which title?",
    verbs: ["pick", "edit", "regenerate", "reject"],
    candidates: ["a-1", "a-2"],
    assignees: ["user/ana"],
    execution: "run1",
    askedAt: 1000,
    state: "open",
    ...more,
  };
}
