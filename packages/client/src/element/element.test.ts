// @vitest-environment happy-dom
import type { Verb } from "@callboard/protocol";
import { afterEach, expect, it, onTestFinished, vi } from "vitest";
import { connect } from "../callboard.ts";
import { drawn, inside, stage, subject } from "../testing/element-page.ts";
import { fakeCallboard } from "../testing/fake/index.ts";
import "./question-element.ts";

afterEach(() => {
  document.body.replaceChildren();
  document.documentElement.removeAttribute("lang");
  sessionStorage.clear();
});

const heard = (...types: string[]) => {
  const seen: [string, unknown][] = [];
  for (const type of types) {
    const listener = (event: Event) => seen.push([type, (event as CustomEvent).detail]);
    document.addEventListener(type, listener);
    onTestFinished(() => document.removeEventListener(type, listener));
  }
  return seen;
};

const two = [
  { id: "a", title: "First", description: "The short one", source: "Ben" },
  { id: "b", title: "שני" },
];

it("draws the question, sends the answer, announces the outcome once, and notifies the page", async () => {
  const events = heard("callboard-answer", "callboard-outcome", "callboard-closed");
  const { question, text, buttons, press, root } = await stage({
    labels: { approve: "Ship" },
    timeoutSeconds: 600,
    default: { verb: "reject" },
  });
  expect(text("h2")).toBe("Ship it?");
  expect(buttons()).toEqual(["Ship", "Reject"]);
  expect(text("[part=deadline]")).toMatch(/^9 min left, until \d+:09/);
  expect(text("[part=default]")).toMatch(/^If you do nothing, “Reject” is the answer at/);
  await press("Ship");
  expect(question.answers).toMatchObject([{ verb: "approve" }]);
  expect(text("[part=outcome]")).toBe("The workflow has your answer.");
  expect(root.querySelectorAll("[part=outcome]")).toHaveLength(1);
  expect(buttons()).toEqual([]);
  const { requestId } = question;
  const told = events.map(([type, detail]) => [type, ...Object.values(detail as object)].join(" "));
  expect(told).toEqual([
    `callboard-answer ${requestId} approve`,
    `callboard-outcome ${requestId} sending`,
    `callboard-outcome ${requestId} accepted`,
    `callboard-outcome ${requestId} relayed`,
    `callboard-closed ${requestId} answered`,
  ]);
  expect(root.activeElement).toBe(root.querySelector("[part=outcome]"));
});

it("sends nothing when the page prevents the answer", async () => {
  const { question, element, press, text } = await stage();
  element.addEventListener("callboard-answer", (event) => event.preventDefault());
  await press("Approve");
  expect(question.answers).toEqual([]);
  expect(text("[part=outcome]")).toBe("");
});

it("asks for a candidate where one is needed, and shows each with its description, source and language", async () => {
  const { question, press, text, all, choose, root } = await stage({
    verbs: ["pick", "reject"],
    candidates: two,
    lang: "he",
  });
  expect(root.querySelector("[role=radiogroup]")!.getAttribute("aria-labelledby")).toBe("candidates");
  expect(text("[part=candidate]")).toBe("FirstThe short oneBen | שני");
  expect(all("[part=candidate-title] > bdi").map((one) => one.getAttribute("lang"))).toEqual(["he", "he"]);
  await press("Choose this one");
  expect(text("[part=problem]")).toBe("Choose one of these first.");
  expect(root.activeElement).toBe(root.querySelector("input[type=radio]"));
  expect(question.answers).toEqual([]);
  await choose("שני");
  expect(text("[part=problem]")).toBe("");
  await press("Choose this one");
  expect(question.answers).toMatchObject([{ verb: "pick", candidateId: "b" }]);
});

it("sends a changed title by Enter, but not while an input method composes", async () => {
  const { fake, question, all, choose, type } = await stage({ verbs: ["pick", "edit"], candidates: two });
  await choose("First");
  const line = all("#own")[0] as HTMLInputElement;
  expect(line.value).toBe("First");
  await type("#own", "Better");
  const enter = { key: "Enter", bubbles: true, composed: true };
  line.dispatchEvent(Object.assign(new KeyboardEvent("keydown", enter), { isComposing: true }));
  line.dispatchEvent(Object.assign(new KeyboardEvent("keydown", enter), { keyCode: 229 }));
  await drawn(fake);
  expect(question.answers).toEqual([]);
  line.dispatchEvent(new KeyboardEvent("keydown", enter));
  await drawn(fake);
  expect(question.answers).toMatchObject([
    { verb: "edit", candidateId: "a", value: { title: "Better", description: "The short one" } },
  ]);
});

const everyKind = {
  type: "object",
  required: ["name", "count", "sure", "size", "tags", "rows", "deep"],
  properties: {
    name: { type: "string", minLength: 3, description: "As on the <b>door</b>" },
    count: { type: "integer", minimum: 1 },
    sure: { type: "boolean" },
    size: { enum: ["S", "M"] },
    tags: { type: "array", items: { enum: ["x", "y"] } },
    rows: { type: "array", items: { type: "string" }, minItems: 1 },
    deep: { type: "object", properties: { on: { type: "string", format: "date" } } },
    odd: { not: { type: "string" } },
  },
};

it("draws every kind of field, shows problems only after a try to send, and sends the value", async () => {
  const { question, all, text, type, choose, press, root } = await stage({
    verbs: ["answer"],
    schema: everyKind,
  });
  expect(all("legend").map((one) => one.textContent)).toEqual(["Answer", "Tags", "Rows", "Deep"]);
  expect(text("[part=label]")).toContain("Odd, as JSON (optional)");
  expect(text("[part=problem]")).toBe("");
  await press("Send the answer");
  expect(text("[part=problem]")).toContain("This is needed.");
  expect(root.activeElement).toBe(all("input")[0]);
  const labelled = (label: string) =>
    `#${all("label")
      .find((one) => one.textContent.startsWith(label))!
      .getAttribute("for")}`;
  await type(labelled("Name"), "Ana");
  await type(labelled("Count"), "3");
  await type(labelled("Sure"), "0", "change");
  await type(labelled("Size"), "1", "change");
  await choose("y");
  await type(labelled("Rows 1"), "one");
  await press("Add: Rows");
  await type(labelled("Rows 2"), "two");
  await press("Remove: Rows 1");
  await type(labelled("On"), "2026-01-31");
  expect(text("[part=problem]")).toBe("");
  await press("Send the answer");
  expect(question.answers).toMatchObject([
    {
      value: {
        name: "Ana",
        count: 3,
        sure: true,
        size: "M",
        tags: ["y"],
        rows: ["two"],
        deep: { on: "2026-01-31" },
      },
    },
  ]);
});

it("shows the server's problems at their fields, until these are changed", async () => {
  const { text, type, press, all } = await stage({
    verbs: ["answer"],
    schema: {
      type: "object",
      required: ["code"],
      properties: { code: { type: "string", pattern: "^[A-Z]+$" } },
    },
  });
  const field = () => `#${all("[part=input]")[0]!.id}`;
  await type(field(), "abc");
  await press("Send the answer");
  expect(text("[part=outcome]")).toBe("The answer does not fit the question. Change it and send it again.");
  expect(text(".field [part=problem]")).toMatch(/pattern/);
  expect(all(field())[0]!.getAttribute("aria-describedby")).toBe(all(".field [part=problem]")[0]!.id);
  await type(field(), "ABC");
  expect(text(".field [part=problem]")).toBe("");
});

it("asks for JSON where a schema cannot be drawn, and shows it", async () => {
  const { question, all, type, press } = await stage({
    verbs: ["answer"],
    schema: { not: { type: "string" } },
  });
  expect(all("pre")[0]!.textContent).toContain('"not"');
  await type("textarea", '{"a": 1}');
  await press("Send the answer");
  expect(question.answers).toMatchObject([{ value: { a: 1 } }]);
});

it("shows markup as text, fifty candidates and very long texts", async () => {
  const evil = "<img src=x onerror=alert(1)><script>alert(1)</script>";
  const candidates = Array.from({ length: 20 }, (_, n) => ({ id: `c${n}`, title: `${n} ${evil}` }));
  const { fake, root, all, text, question } = await stage({
    prompt: evil,
    verbs: ["pick"],
    labels: { pick: evil.slice(0, 30) },
    thread: "title",
  });
  for (const source of ["A", "B", "C"])
    await fake.propose({
      subject,
      thread: question.thread,
      source,
      candidates: [...candidates.slice(1), { id: "long", title: "x".repeat(10_000) }].slice(-18),
    });
  await drawn(fake);
  expect(text("h2")).toBe(evil);
  expect(all("[type=radio]").length).toBeGreaterThan(50);
  expect(root.querySelector("img, script")).toBeNull();
  expect(all("[part=candidate-title]").some((one) => one.textContent.length >= 300)).toBe(true);
});

it("shows the most urgent question of the inbox first, and the next one on request", async () => {
  const { fake, ask, element, text, press, root } = await stage(false);
  expect(text("[part=state]")).toBe("There are no questions for you now.");
  const later = await ask({ prompt: "Later?", timeoutSeconds: 900 });
  await drawn(fake);
  await ask({ prompt: "Sooner?", timeoutSeconds: 300 });
  await drawn(fake);
  // Nothing comes in place of what somebody may be about to press.
  expect(text("h2")).toBe("Later?");
  await press("Approve");
  expect(later.answers).toHaveLength(1);
  expect(text("[part=outcome]")).toBe("The workflow has your answer.");
  await press("Next question (1)");
  expect(text("h2")).toBe("Sooner?");
  expect(text("[part=outcome]")).toBe("");
  expect((root.activeElement as HTMLElement).localName).toMatch(/textarea|button/);
  element.focus();
  expect(root.activeElement).not.toBeNull();
});

it("says that a question is unknown, or may not be seen", async () => {
  const unknown = await stage({}, { question: "req_0123456789abcdef" });
  expect(unknown.text("[part=state]")).toBe("There is no such question, or you may not see it.");
  const forbidden = await stage({}, { question: "req_0123456789abcdef", subject: "order/8" });
  expect(forbidden.text("[part=state]")).toBe("You may not see this question.");
});

it("shows the owner of a subject its open questions", async () => {
  const fake = fakeCallboard();
  await fake.ask({ subject, prompt: "Ship it?", verbs: ["approve"], assignees: ["user/bob"] });
  const client = connect(fake.as("user/eva", { capabilities: [`work:${subject}`] }));
  onTestFinished(client.close);
  const element = Object.assign(document.createElement("callboard-question"), { client });
  element.setAttribute("subject", subject);
  document.body.append(element);
  await drawn(fake);
  expect(inside(element, fake).text("h2")).toBe("Ship it?");
});

it("says who was faster", async () => {
  const { fake, question, press, text } = await stage({ assignees: ["user/ana", "user/bob"] });
  const bob = connect(fake.as("user/bob", { name: "Bob" }));
  onTestFinished(bob.close);
  await fake.settled();
  fake.delay(1_000);
  const answered = bob.reply({ requestId: question.requestId, round: 1, verb: "reject" });
  await press("Approve");
  await fake.advance(5_000);
  await answered;
  await drawn(fake);
  expect(text("[part=outcome]")).toBe("Bob was faster. Your answer was not taken.");
  expect(question.answers).toMatchObject([{ verb: "reject" }]);
});

it("says who else has it open, until they leave", async () => {
  const { fake, question, text } = await stage({ assignees: ["user/ana", "user/bob"] });
  const bob = connect(fake.as("user/bob", { name: "Bob" }));
  onTestFinished(bob.close);
  await fake.settled();
  await bob.attend(question.requestId, "reviewing");
  await drawn(fake);
  expect(text("[part=attending]")).toBe("Bob is reviewing this.");
  await bob.attend(question.requestId, "left");
  await drawn(fake);
  expect(text("[part=attending]")).toBe("");
});

it("shows the others that somebody has it open, until the element is removed", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
  onTestFinished(() => void vi.useRealTimers());
  vi.stubGlobal("IntersectionObserver", undefined);
  onTestFinished(() => void vi.unstubAllGlobals());
  const { fake, question, element, all } = await stage();
  const attending = async () =>
    (await fake.values(`work:${subject}`))[`attending/${question.requestId}/ana`] as
      | { state: string }
      | undefined;
  expect(await attending()).toMatchObject({ state: "shown" });
  all("#comment")[0]!.dispatchEvent(new Event("focusin", { bubbles: true }));
  vi.advanceTimersByTime(2_000);
  await drawn(fake);
  expect(await attending()).toMatchObject({ state: "reviewing" });
  vi.advanceTimersByTime(2_000);
  element.remove();
  await drawn(fake);
  expect(await attending()).toBeUndefined();
});

it("explains a lost connection, keeps the answer, and sends it later", async () => {
  const { fake, question, press, text } = await stage();
  fake.disconnect();
  await drawn(fake);
  expect(text("[part=connection]")).toBe("Reconnecting…");
  await press("Approve");
  expect(text("[part=outcome]")).toContain("There is no connection. Your answer is kept");
  fake.reconnect();
  await fake.advance(60_000);
  await drawn(fake);
  expect(text("[part=connection]")).toBe("");
  expect(question.answers).toHaveLength(1);
});

it("says that a token is refused", async () => {
  const { fake, text } = await stage();
  fake.refuseTokens();
  fake.disconnect();
  fake.reconnect();
  fake.refuseTokens();
  await fake.advance(120_000);
  await drawn(fake);
  expect(text("[part=connection]")).toBe(
    "You are not signed in to Callboard, or Callboard cannot be reached.",
  );
});

it("keeps a draft through a reload, and through a move within the page", async () => {
  const { fake, element, all, type, client } = await stage();
  await type("#comment", "Not before Monday");
  const before = all("#comment")[0];
  document.body.append(document.createElement("main"));
  document.querySelector("main")!.append(element);
  await drawn(fake);
  expect(all("#comment")[0]).toBe(before);
  expect(
    [...Array(sessionStorage.length)].map((_, n) => sessionStorage.getItem(sessionStorage.key(n)!)).join(),
  ).toContain("Not before Monday");
  const again = Object.assign(document.createElement("callboard-question"), { client });
  document.body.append(again);
  await drawn(fake);
  expect((inside(again, fake).all("#comment")[0] as HTMLInputElement).value).toBe("Not before Monday");
});

it("draws even if the machine names its language in an invalid form", async () => {
  vi.spyOn(navigator, "language", "get").mockReturnValue("en-US@posix");
  onTestFinished(() => void vi.restoreAllMocks());
  const { text } = await stage({ timeoutSeconds: 600 });
  expect(text("h2")).toBe("Ship it?");
  expect(text("[part=deadline]")).toContain("9 min left");
});

it("offers each verb with its own text", async () => {
  const verbs: Verb[] = ["pick", "approve", "edit", "regenerate", "answer", "reject"];
  const { buttons } = await stage({ verbs, candidates: two, schema: { type: "string" }, maxRounds: 3 });
  expect(buttons()).toEqual([
    "Choose this one",
    "Approve",
    "Save and use",
    "Ask for others",
    "Send the answer",
    "Reject",
  ]);
});
