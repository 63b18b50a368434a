// @vitest-environment happy-dom
import { createDrafts, type Drafts } from "@callboard/client/headless";
import { DraftsProvider, loadForms, useAnswerForm } from "@callboard/client/react";
import { type DefaultReply, type Labels, verbs } from "@callboard/protocol";
import { createRoot } from "react-dom/client";
import { afterEach, beforeAll, expect, it } from "vitest";
import { act } from "../testing/act.ts";
import { englishForTests } from "../testing/words.ts";
import { WordsProvider } from "../words/use-words.ts";
import { AnswerForm } from "./answer-form.tsx";

beforeAll(loadForms);

const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

const object = (properties: Record<string, unknown>, required: string[] = Object.keys(properties)) => ({
  type: "object",
  properties,
  required,
});

interface Shown {
  schema: unknown;
  requestId?: string;
  labels?: Labels;
  lang?: string;
  busy?: boolean;
  serverIssues?: readonly string[];
}

/** The form as `useQuestion` hands it out. */
function Drawn({
  schema,
  requestId = "req_1",
  labels,
  lang,
  busy = false,
  serverIssues,
  send,
}: Shown & { send: (reply: DefaultReply) => void }) {
  const form = useAnswerForm(schema, { requestId, issues: serverIssues });
  if (!form) throw new Error("forms are loaded");
  const sendIt = () => {
    if (!form.reading.ok) throw new Error("it is not complete");
    form.sent();
    send({ verb: "answer", value: form.reading.value });
  };
  const label = labels?.answer ?? verbs.answer.label;
  return (
    <>
      <AnswerForm id="form" form={form} requestId={requestId} lang={lang} busy={busy} send={sendIt} />
      <button type="submit" form="form">
        {label}
      </button>
    </>
  );
}

/** The form on a page of its own, and what it sends. */
function page(shown: Shown, drafts: Drafts = createDrafts(), locale = "en-US") {
  const language = Object.getOwnPropertyDescriptor(navigator, "language");
  Object.defineProperty(navigator, "language", { value: locale, configurable: true });
  const element = document.body.appendChild(document.createElement("div"));
  const root = createRoot(element);
  const sent: DefaultReply[] = [];
  const show = (next: Shown) =>
    act(() =>
      root.render(
        <WordsProvider value={englishForTests}>
          <DraftsProvider drafts={drafts}>
            <Drawn send={(reply) => sent.push(reply)} {...next} />
          </DraftsProvider>
        </WordsProvider>,
      ),
    );
  const close = () => {
    act(() => root.unmount());
    element.remove();
    if (language) Object.defineProperty(navigator, "language", language);
    else Reflect.deleteProperty(navigator, "language");
  };
  ends.push(close);
  show(shown);

  const labelled = (label: string) => {
    const found = [...element.querySelectorAll("label")].find(({ textContent }) =>
      textContent?.startsWith(label),
    );
    const control = found?.control ?? found?.querySelector("input");
    if (!control) throw new Error(`no field is called ${label}: ${element.textContent}`);
    return control as HTMLInputElement;
  };
  const type = (label: string, text: string) => act(() => enter(labelled(label), text));
  const press = (text: string, nth = 0) => {
    const buttons = [...element.querySelectorAll("button")].filter((one) =>
      one.textContent?.startsWith(text),
    );
    act(() => buttons[nth]!.click());
  };
  const choose = (label: string, option: string) =>
    type(
      label,
      [...labelled(label).querySelectorAll("option")].find(({ textContent }) => textContent === option)!
        .value,
    );
  const wrong = () =>
    [...element.querySelectorAll('[aria-invalid="true"], [data-invalid="true"]')].map((control) => {
      const ids = control.getAttribute("aria-describedby")!.split(" ");
      return document.getElementById(ids.at(-1)!)?.textContent;
    });
  return {
    element,
    sent,
    show,
    labelled,
    type,
    press,
    choose,
    wrong,
    submit: () => press("Send the answer"),
    close,
  };
}

/** Types as a browser does: React hears of a value only when it is set past its own property. */
function enter(control: HTMLElement, text: string) {
  const { set } = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(control), "value")!;
  set!.call(control, text);
  control.dispatchEvent(new Event("input", { bubbles: true }));
  control.dispatchEvent(new Event("change", { bubbles: true }));
}

it("accepts a decimal comma where people write one, and shows how a number was read", () => {
  const form = page({ schema: object({ p: { type: "number", title: "Price" } }) }, createDrafts(), "de-DE");
  form.type("Price", "1.234");
  expect(form.element.textContent).toContain("Read as 1234");
  form.type("Price", "12,50");
  form.submit();
  expect(form.sent).toEqual([{ verb: "answer", value: { p: 12.5 } }]);
});

it("counts three emoji as three characters", () => {
  const form = page({ schema: object({ s: { type: "string", maxLength: 3, title: "Word" } }) });
  expect(form.labelled("Word").hasAttribute("maxlength")).toBe(false);
  form.type("Word", "😀😀😀");
  form.submit();
  expect(form.sent).toEqual([{ verb: "answer", value: { s: "😀😀😀" } }]);
});

it("sends the chosen option, not another with the same label", () => {
  const form = page({ schema: object({ v: { enum: [1, "1"], title: "Which" } }) });
  form.choose("Which", "1 (text)");
  form.submit();
  form.choose("Which", "1 (number)");
  form.submit();
  expect(form.sent.map(({ value }) => value)).toEqual([{ v: "1" }, { v: 1 }]);
});

it("leaves out an untouched optional boolean, and again once it is cleared", () => {
  const schema = object({ n: { type: "string", title: "Note" }, r: { type: "boolean", title: "Refund" } }, [
    "n",
  ]);
  const form = page({ schema });
  form.type("Note", "x");
  form.submit();
  expect(form.labelled("Refund").indeterminate).toBe(true);
  act(() => form.labelled("Refund").click());
  expect(form.labelled("Refund").indeterminate).toBe(false);
  form.submit();
  act(() => form.labelled("Refund").click());
  form.submit();
  form.press("Clear");
  form.submit();
  expect(form.sent.map(({ value }) => value)).toEqual([
    { n: "x" },
    { n: "x", r: true },
    { n: "x", r: false },
    { n: "x" },
  ]);
});

it.each(["__proto__", "constructor", "toString"])(
  "draws a field named %s, marks nothing before anybody typed, and sends what is typed under that name",
  (name) => {
    const schema = JSON.parse(
      `{"type":"object","required":["${name}"],"properties":{"${name}":{"type":"string","title":"Word"}}}`,
    );
    const form = page({ schema });
    expect(form.wrong()).toEqual([]);
    expect(form.element.querySelector(".problem:not(:empty)")).toBeNull();
    form.type("Word", "x");
    form.submit();
    expect(JSON.stringify(form.sent)).toBe(`[{"verb":"answer","value":{"${name}":"x"}}]`);
  },
);

it("marks problems after a try to send, moves to the first, and removes the mark when it is fixed", () => {
  const schema = object({ a: { type: "string" }, b: { type: "integer", maximum: 9 }, c: { type: "string" } });
  const form = page({ schema });
  form.type("A", "x");
  form.type("B", "10");
  expect(form.wrong()).toEqual([]);
  form.submit();
  expect(form.wrong()).toEqual(["At most 9.", "This is needed."]);
  expect(form.element.querySelector('[role="alert"]')?.textContent).toBe("2 fields need a correction.");
  expect(document.activeElement).toBe(form.labelled("B"));
  form.type("B", "9");
  expect(form.wrong()).toEqual(["This is needed."]);
  expect(form.sent).toEqual([]);
});

it("adds and removes rows, and moves the focus", () => {
  const lines = {
    type: "array",
    title: "Lines",
    items: object({ sku: { type: "string" }, n: { type: "integer" } }),
  };
  const form = page({ schema: object({ lines }) });
  for (const row of [1, 2, 3]) {
    form.press("Add");
    const inputs = form.element.querySelectorAll<HTMLInputElement>("input");
    expect(document.activeElement).toBe(inputs[2 * row - 2]);
    act(() => enter(inputs[2 * row - 2]!, `sku${row}`));
    act(() => enter(inputs[2 * row - 1]!, String(row)));
  }
  form.press("Remove", 1);
  expect(document.activeElement?.textContent).toBe("Remove Lines 2");
  form.submit();
  form.press("Remove", 1);
  expect(document.activeElement?.textContent).toBe("Remove Lines 1");
  form.press("Remove");
  expect(document.activeElement?.textContent).toBe("Add to Lines");
  form.submit();
  expect(form.sent.map(({ value }) => value)).toEqual([
    {
      lines: [
        { sku: "sku1", n: 1 },
        { sku: "sku3", n: 3 },
      ],
    },
    { lines: [] },
  ]);
});

it("shows a list of texts with a first row", () => {
  const form = page({ schema: object({ tags: { type: "array", items: { type: "string" } } }, []) });
  form.submit();
  form.type("Tags 1", "red");
  form.submit();
  expect(form.sent.map(({ value }) => value)).toEqual([{}, { tags: ["red"] }]);
});

it("reads checkboxes, doubly nested values, and a chosen null", () => {
  const schema = object({
    days: { type: "array", items: { enum: ["Mon", "Tue"] } },
    to: object({
      name: { type: "string", title: "Name" },
      geo: object({ lat: { type: "number", title: "Latitude" } }),
    }),
    nick: { type: ["string", "null"] },
  });
  const form = page({ schema });
  act(() => form.labelled("Tue").click());
  form.type("Name", "Ana");
  form.type("Latitude", "47.4");
  act(() => form.labelled("No value").click());
  expect(form.labelled("Nick").disabled).toBe(true);
  form.submit();
  expect(form.sent).toEqual([
    { verb: "answer", value: { days: ["Tue"], to: { name: "Ana", geo: { lat: 47.4 } }, nick: null } },
  ]);
});

it("asks for JSON where no field fits, beside its schema", () => {
  const schema = object({
    n: { type: "string" },
    map: { type: "object", additionalProperties: { type: "integer" } },
  });
  const form = page({ schema });
  expect(form.element.querySelector("details pre")?.textContent).toContain('"additionalProperties"');
  form.type("N", "x");
  form.type("Map, as JSON", '{"a": 7615917337495251231}');
  form.submit();
  expect(form.wrong()).toEqual(["The number at a has more digits than can be kept, or is too large."]);
  form.type("Map, as JSON", '{"__proto__": 1}');
  form.submit();
  expect(JSON.stringify(form.sent)).toBe('[{"verb":"answer","value":{"n":"x","map":{"__proto__":1}}}]');
});

it("shows the server's problem at its field until something is changed", () => {
  const schema = object({
    a: { type: "array", items: object({ b: { type: "string", title: "Code", pattern: "^x" } }) },
  });
  const drafts = createDrafts();
  const form = page({ schema }, drafts);
  form.press("Add");
  form.type("Code", "y");
  form.submit();
  form.show({ schema, serverIssues: ["value.a.0.b: does not match the pattern", "candidateId: other"] });
  expect(form.wrong()).toEqual(["does not match the pattern"]);
  form.type("Code", "x");
  expect(form.wrong()).toEqual([]);
});

it("keeps what was typed for each question", () => {
  const drafts = createDrafts();
  const schema = object({ n: { type: "string" } });
  const first = page({ schema }, drafts);
  first.type("N", "half an ans");
  first.show({ schema, requestId: "req_2" });
  expect(first.labelled("N").value).toBe("");
  first.type("N", "other");
  first.show({ schema });
  expect(first.labelled("N").value).toBe("half an ans");
  first.close();
  ends.pop();
  expect(page({ schema }, drafts).labelled("N").value).toBe("half an ans");
});

it("uses the question's own label for its button", () => {
  const form = page({ schema: undefined, labels: { answer: "Enviar" } });
  expect(form.element.querySelector('button[type="submit"]')?.textContent).toBe("Enviar");
});

it("gives the schema's texts their own direction and language", () => {
  const form = page({
    schema: object({ p: { type: "number", title: "מחיר", description: "בשקלים" } }),
    lang: "he",
  });
  const words = [...form.element.querySelectorAll('[lang="he"]')].map((one) => [
    one.textContent,
    one.getAttribute("dir"),
  ]);
  expect(words).toEqual([
    ["מחיר", "auto"],
    ["בשקלים", "auto"],
  ]);
});

it.each([
  true,
  null,
  [],
  "text",
  { $ref: "#" },
  { enum: [] },
  { properties: { a: { items: 7 } }, required: ["a"] },
  { title: 9, type: {} },
])("draws a form of any schema: %j", (schema) => {
  const form = page({ schema });
  form.submit();
  expect(form.wrong()).toEqual(["This is needed."]);
});
