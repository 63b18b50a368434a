import { describe, expect, it } from "vitest";
import { allEnglish, catalogEntries, type Entry, type Parameter } from "../testing/catalog.ts";
import { literalTexts } from "../testing/literal-texts.ts";
import { pageSources, type Source } from "../testing/parsed.ts";
import { usedWords } from "../testing/used-words.ts";
import { amend } from "./ja/amend.ts";
import { answering } from "./ja/answering.ts";
import { facts } from "./ja/facts.ts";
import { history } from "./ja/history.ts";
import { settings } from "./ja/settings.ts";
import { jaFirst } from "./ja/theatre.ts";

const en = allEnglish;
const ja = { ...jaFirst, amend, answering, facts, history, settings };

/** What stands in a source although it reads like a text for people, each with its reason. */
const literals: Readonly<Record<string, string>> = {
  "model/words.ts: Lambda": "the name of a service",
  "model/words.ts: Fargate": "the name of a service",
  "creator/answer-field.tsx: input, select, textarea, button": "a selector of CSS",
  "creator/drop-zone.tsx: Files": "a type of what is dragged",
  'creator/favicon.ts: <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">': "a picture",
  'creator/favicon.ts: <circle cx="21.5" cy="11.5" r="10.5" fill="#e39a10"/>': "a picture",
  "creator/keys-dialog.tsx: Enter": "a key, as keyboards have it",
  "creator/keys-dialog.tsx: Esc": "a key, as keyboards have it",
  "creator/next-question.tsx: n": "a key",
  'ui/use-keys.ts: input:not([type="radio"], [type="checkbox"], [type="button"], [type="submit"], [type="file"]), textarea, select, [contenteditable]:not([contenteditable="false"]), video, audio':
    "a selector",
  "http/reading.ts: Bearer": "a header of HTTP",
  "settings/settings-api.ts: Bearer": "a header of HTTP",
  "session/keepalive-sender.ts: Bearer": "a header of HTTP",
  "videos/videos-api.ts: Bearer": "a header of HTTP",
  "policy.ts: connect-src 'self' ws: wss: http: https:": "the grammar of CSP",
  "policy.ts: img-src 'self' data: blob: http: https:": "the grammar of CSP",
  "policy.ts: media-src 'self' blob: http: https:": "the grammar of CSP",
  "policy.ts: https: blob: data:": "the grammar of CSP",
  "session/issuer.ts: openid profile email": "scopes of OpenID Connect",
  "session/session.ts: the sign-in has ended": "is thrown",
  "session/session.ts: the issuer does not answer": "is thrown",
  "session/session.ts: somebody else has signed in": "is thrown",
  "session/token.ts: there is no token": "is thrown",
  "*: Callboard": "the name of the product",
  "theatre/hook-line.ts: asks, and all that is needed to answer it.": "a comment in code to copy",
  "theatre/hook-line.ts: has reported, with all other steps of its run.": "a comment in code to copy",
  "theatre/hook-line.ts: const question = useQuestion(": "code to copy",
  "theatre/hook-line.ts: const progress = useProgress(": "code to copy",
  "theatre/theatre-api.ts: Bearer": "a header of HTTP",
  "theatre/theatre-api.ts: the server answered": "is thrown",
  "words/words.ts: English": "the language's own name",
};

/** Japanese texts without a Japanese letter, or like the English ones, each with its reason. */
const alike: Readonly<Record<string, string>> = {
  "common.sentences": "joins what it is given",
  "common.sizes.kilobytes": "an SI unit",
  "common.sizes.megabytes": "an SI unit",
  "common.sizes.gigabytes": "an SI unit",
  "common.durations.both": "joins what it is given",
  "theatre.counters.median": "a name of statistics",
  "theatre.counters.ms": "an SI unit",
  "theatre.step.asl": "the name of a language",
  "mail.html": "the name of a format",
  "shell.titleOf": "joins what it is given and the product's name",
  "shell.rows.percent": "a sign",
};

/** What functions are tried with, by the type of their parameter. */
const samples: Readonly<Record<string, readonly unknown[]>> = {
  number: [0, 1, 2, 50],
  string: ["Xyz", "名前"],
  boolean: [true, false],
  "readonly string[]": [["One.", "Two."]],
};

const entries = catalogEntries();
const byPath = (texts: object, path: string): unknown =>
  path.split(".").reduce<unknown>((group, name) => (group as Record<string, unknown>)[name], texts);

/** Every combination of samples for the parameters of a text, without the last of them where it is optional. */
function callsOf(parameters: readonly Parameter[]): unknown[][] {
  return parameters.reduce<unknown[][]>(
    (calls, { name, type, isOptional }) => {
      const values = samples[type];
      if (values === undefined) throw new Error(`there is no sample for ${name}: ${type}`);
      const all = isOptional ? [...values, undefined] : values;
      return calls.flatMap((call) => all.map((value) => [...call, value]));
    },
    [[]],
  );
}

/** What a text reads like: each with the call that gave it. */
function textsOf(texts: object, { path, parameters }: Entry): { call: unknown[]; text: unknown }[] {
  const value = byPath(texts, path);
  if (parameters === undefined) return [{ call: [], text: value }];
  return callsOf(parameters).map((call) => ({
    call,
    text: (value as (...call: unknown[]) => unknown)(...call),
  }));
}

/** Letters of Japanese, and its marks. */
const japanese = /[\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Han}\u3001-\u301f\uff01-\uff5e]/u;

/** The problems of a catalog beside the English one, each as a line. */
function problemsOf(texts: object, isJapanese: boolean): string[] {
  return entries.flatMap((entry) => {
    const { path, parameters } = entry;
    const value = byPath(texts, path);
    if (parameters !== undefined && typeof value !== "function") return [`${path}: takes no parts`];
    if (parameters === undefined && typeof value !== "string") return [`${path}: is not a text`];
    return textsOf(texts, entry).flatMap(({ call, text }) => {
      const at = `${path}(${call.map((part) => JSON.stringify(part)).join(", ")})`;
      if (typeof text !== "string" || text.trim() === "") return [`${at}: says nothing`];
      if (/undefined|null|NaN|\[object|function|=>/.test(text)) return [`${at}: says ${text}`];
      const lost = call.filter((part) => typeof part === "string" && !text.includes(part));
      const uncounted = call.some((part) => part === 50) && !text.includes("50");
      const own = call.reduce<string>((left, part) => left.replaceAll(String(part), ""), text);
      return [
        ...lost.map((part) => `${at}: leaves out ${String(part)}`),
        ...(uncounted && !isWordForCount(entry, call) ? [`${at}: leaves out the count`] : []),
        ...(isJapanese ? [] : pluralProblems(at, text)),
        ...(isJapanese ? japaneseProblems(entry, at, text, own, call) : []),
      ];
    });
  });
}

/** Units and what is counted without a plural. */
const countless = /^(h|min|s|KB|MB|GB|watching|of|open|found|people|did|new|more|by|that|earlier|mark)$/;

/** A count with the noun of another: `1 files`, `2 file`. */
function pluralProblems(at: string, text: string): string[] {
  const [, count, noun = ""] = /\b(\d+) (\p{L}+)/u.exec(text) ?? [];
  if (count === undefined || countless.test(noun)) return [];
  return (count === "1") === noun.endsWith("s") ? [`${at}: counts wrongly: ${text}`] : [];
}

/** A count that only selects the plural: its text is another part. */
const isWordForCount = ({ path }: Entry, _: unknown[]): boolean => path === "common.sizes.bytes";

function japaneseProblems(entry: Entry, at: string, text: string, own: string, call: unknown[]): string[] {
  const inEnglish = textsOf(en, entry).find((one) => JSON.stringify(one.call) === JSON.stringify(call))!.text;
  const isAlike = Object.hasOwn(alike, entry.path);
  return [
    ...(!isAlike && !japanese.test(own) ? [`${at}: is not Japanese: ${text}`] : []),
    ...(!isAlike && text === inEnglish ? [`${at}: is English`] : []),
    ...(/[“”‘’]/.test(own) ? [`${at}: has marks of another language: ${text}`] : []),
    ...(/[\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Han}][,.!?:;]/u.test(own)
      ? [`${at}: has narrow marks: ${text}`]
      : []),
  ];
}

/** The shape of a catalog: each text by its path, with how many parts it takes. */
function shapeOf(value: unknown, at = ""): string[] {
  if (typeof value === "string") return [at];
  if (typeof value === "function") return [`${at}(${value.length})`];
  return Object.entries(value as object).flatMap(([name, one]) =>
    shapeOf(one, at === "" ? name : `${at}.${name}`),
  );
}

const isUnder = (path: string, groups: ReadonlySet<string>): boolean =>
  groups.has(path) || (path.includes(".") && isUnder(path.slice(0, path.lastIndexOf(".")), groups));

/** The texts that no source takes. */
function staleIn(sources: readonly Source[]): string[] {
  const used = sources.map(usedWords);
  const texts = new Set(used.flatMap((one) => [...one.texts]));
  const groups = new Set(used.flatMap((one) => [...one.groups]));
  return entries.map(({ path }) => path).filter((path) => !texts.has(path) && !isUnder(path, groups));
}

const withoutLine = (found: string): string => found.replace(/:\d+: /, ": ");

describe("the texts of the pages", () => {
  const sources = pageSources();

  it("are the only place with texts for people", () => {
    expect(sources.length).toBeGreaterThan(80);
    const found = sources.flatMap(literalTexts);
    const keysOf = (one: string) => [withoutLine(one), one.replace(/^.*?:\d+: /, "*: ")];
    expect(found.filter((one) => !keysOf(one).some((key) => Object.hasOwn(literals, key)))).toEqual([]);
    const known = new Set(found.flatMap(keysOf));
    expect(Object.keys(literals).filter((one) => !known.has(one))).toEqual([]);
  });

  it("have the same shape in both languages, with the same parts", () => {
    expect(shapeOf(ja).sort()).toEqual(shapeOf(en).sort());
    expect(
      entries.map(({ path, parameters }) => path + (parameters ? `(${parameters.length})` : "")).sort(),
    ).toEqual(shapeOf(en).sort());
  });

  it("are complete in English, with any parameters", () => {
    expect(problemsOf(en, false)).toEqual([]);
  });

  it("are complete in Japanese, with any parameters", () => {
    expect(problemsOf(ja, true)).toEqual([]);
    const paths = new Set(entries.map(({ path }) => path));
    expect(Object.keys(alike).filter((path) => !paths.has(path))).toEqual([]);
  });

  it("end Japanese sentences where English ones end", () => {
    const ends = (value: unknown) => typeof value === "string" && /[.。]$/.test(value);
    const uneven = entries
      .filter(({ parameters }) => parameters === undefined)
      .filter(({ path }) => ends(byPath(en, path)) !== ends(byPath(ja, path)));
    expect(uneven.map(({ path }) => path)).toEqual([]);
  });

  it("are all used", () => {
    expect(staleIn(sources)).toEqual([]);
  });
});

describe("a text among the sources", () => {
  const textsIn = (text: string) =>
    literalTexts({ path: "a.tsx", text }).map((found) => found.slice("a.tsx:1: ".length));

  it.each([
    ["<p>Send it</p>", "Send it"],
    ["<p>送信</p>", "送信"],
    ["<p>{ready && 'go'}</p>", "go"],
    ["<p>{ready ? words.a : 'no'}</p>", "no"],
    ["<p>{`${left} left`}</p>", "left"],
    ["<button aria-label='Close' />", "Close"],
    ["<input placeholder={ready ? words.a : `name`} />", "name"],
    ["<img alt='x' title={words.a} />", "x"],
    ["<Card label={'ok'} />", "ok"],
    ["<Notice heading='The server is away' />", "The server is away"],
    ["const text = `Wait ${n} s.`", "Wait"],
    ["function f() { return 'It was sent.'; }", "It was sent."],
    ["document.title = 'Creator'", "Creator"],
    ["const labels = { done: 'Finished' }", "Finished"],
  ])("is found in %s", (text, found) => {
    expect(textsIn(text)).toEqual([found]);
  });

  it.each([
    "<p>· {count}</p>",
    "<p className='button plain'>{words.a}</p>",
    "<p data-state='not reached' id='a b'>{words.a}</p>",
    "if (key === 'Enter' || key === 'Arrow Down') go();",
    "switch (key) { case 'Escape': go(); }",
    "throw new Error('there is no button of that name');",
    "import x from 'some where';",
    "type Name = 'First name' | 'Last name';",
    "const kinds = ['subject', 'video'];",
    "<p>{kind === 'a' && words.a}</p>",
  ])("is not found in %s", (text) => {
    expect(textsIn(text)).toEqual([]);
  });
});

describe("a use of the words", () => {
  const used = (text: string) => {
    const { texts, groups } = usedWords({ path: "a.tsx", text });
    return (path: string) => texts.has(path) || isUnder(path, groups);
  };

  it.each([
    "const words = useWords(); say(words.a.b);",
    "say(useWords().a.b);",
    "const { a } = useWords(); say(a.b);",
    "const { a: { b } } = useWords(); say(b);",
    "const { a: texts } = useWords(); const { b } = texts; say(b());",
    "const say = (n: number, { a }: Words) => a.b;",
    "const say = (words: Words) => words.a[which];",
    "function Row({ a }: Words) { return <p>{a.b}</p>; }",
    'const say = (a: Texts["a"]) => a.b;',
    "function Row({ words }: Props) { return <p>{words.a.b}</p>; }",
    "const Row = () => { const words = useWords(); return <Card texts={words.a} />; };",
  ])("is found in %s", (text) => {
    expect(used(text)("a.b")).toBe(true);
  });

  it.each([
    "const { a } = useWords(); say(a.c); useEffect(() => {}, [a]);",
    "const words = useWords(); say(words); say(words.a.c);",
    "say(other.a.b); const a = 1;",
    "const { a } = useWords(); const rows = list.map((a) => <Row key={a.b} row={a} />);",
    "// words.a.b\nsay('words.a.b');",
  ])("is not found in %s", (text) => {
    expect(used(text)("a.b")).toBe(false);
  });
});
