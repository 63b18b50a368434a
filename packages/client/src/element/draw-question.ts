import { commentLength, titleLength, type Verb } from "@callboard/protocol";
import { isUnderWay } from "../headless/answers.ts";
import { plainId } from "../headless/attention.ts";
import { type Candidate, saidIn } from "../headless/candidates.ts";
import type { FieldState } from "../headless/form-field.ts";
import type { FormProblem } from "../headless/form-problem.ts";
import { roundsLeft } from "../headless/question.ts";
import { drawForm } from "./draw-field.ts";
import type { FollowedForm, QuestionNow } from "./followed-question.ts";
import { h, line, type Markup, said } from "./markup.ts";
import { durationText, momentText } from "./moments.ts";
import { outcomeText } from "./outcome-text.ts";
import type { Words } from "./words.ts";

/** What is needed to draw a question, in addition to its state. */
export interface QuestionDrawing {
  readonly words: Words;
  /** How the reader writes times and numbers: a BCP 47 tag. */
  readonly locale: string | undefined;
  /** The verb that was pressed while something required was missing. */
  readonly tried: Verb | undefined;
  readonly keep: (name: string, part: unknown) => void;
  readonly press: (verb: Verb) => void;
  readonly next: () => void;
}

/** The name in the draft of the user's own text for a candidate. */
const ownTitleOf = (marked: Candidate | undefined): string => `edit/${marked?.key ?? "own"}/title`;

/** The user's own text in place of a candidate's title; it starts as that title. */
export function ownTitle({ parts, marked }: QuestionNow): string {
  const kept = parts?.get(ownTitleOf(marked));
  return typeof kept === "string" ? kept : (marked?.title ?? "");
}

/** Draws a question: its text, the ways to answer, and the outcome of the user's answer. */
export function drawQuestion(now: QuestionNow, drawing: QuestionDrawing): Markup {
  const { words, next } = drawing;
  const { question, open, prompt, lang, others } = now;
  const plain =
    typeof now.status === "object"
      ? words.forbidden
      : now.state === "loading" || now.state === "nothing" || now.state === "unknown"
        ? words[now.state]
        : undefined;
  return [
    prompt !== "" &&
      h("h2", { id: "prompt", part: "prompt", key: "prompt", tabindex: "-1" }, said(prompt, lang)),
    plain !== undefined && line("state", plain, { key: "state" }),
    question?.unread !== undefined && line("hint", words.torn),
    open && drawFacts(now, drawing),
    h(
      "div",
      { part: "outcome", role: "status", key: "outcome", id: "outcome", tabindex: "-1" },
      said(outcomeText(now, words)),
    ),
    open && drawIssues(now),
    open && drawWays(now, drawing),
    !open &&
      now.state !== "loading" &&
      others > 0 &&
      h("button", { type: "button", part: "button next", onclick: next }, words.next(others)),
  ];
}

function drawFacts(now: QuestionNow, { words, locale }: QuestionDrawing): Markup {
  const { deadline, question, attending } = now;
  const at = deadline === undefined ? undefined : momentText(deadline, now.now, locale);
  const reply = question?.default;
  return h(
    "div",
    { part: "facts" },
    at !== undefined &&
      line(
        "deadline",
        deadline! > now.now ? words.left(durationText(deadline! - now.now, locale), at) : words.timeUp,
      ),
    question &&
      (reply || at !== undefined) &&
      line("default", reply ? words.otherwise(defaultOf(now, words), at) : words.expires(at!)),
    attending.map(({ user, state }) =>
      line("attending", words.attending(user.name || plainId(user.id), state === "reviewing")),
    ),
  );
}

/** The default in a few words: a title, a value, or the label of its button. */
function defaultOf({ question, titleOf }: QuestionNow, words: Words): string {
  const { verb, value, ...reply } = question!.default!;
  const own = (value as { title?: unknown } | undefined)?.title;
  if (typeof own === "string") return own;
  if (verb === "answer") return cut(typeof value === "string" ? value : JSON.stringify(value));
  if (verb === "pick") return titleOf(reply) ?? words.firstOne;
  return labelOf(question!, verb, words);
}

const cut = (text = ""): string => (text.length > 80 ? `${[...text].slice(0, 79).join("")}…` : text);

const labelOf = ({ labels }: NonNullable<QuestionNow["question"]>, verb: Verb, words: Words): string =>
  labels?.[verb] ?? words.verbs[verb] ?? verb;

/** The server's problems that belong to no field. */
function drawIssues({ outcome, form }: QuestionNow): Markup {
  const issues = outcome.phase === "refused" ? outcome.issues : [];
  if (issues.length === (form?.issues.length ?? 0)) return undefined;
  return h(
    "ul",
    { part: "problem" },
    issues.map((issue) => h("li", {}, said(issue))),
  );
}

function drawWays(now: QuestionNow, drawing: QuestionDrawing): Markup {
  const { question, verbs, form, comment, lang, marked, outcome } = now;
  const { words, tried, keep, press } = drawing;
  if (!question) return undefined;
  const busy = isUnderWay(outcome);
  const offers = (verb: Verb) => verbs.some((one) => one.verb === verb);
  const left = offers("regenerate") ? roundsLeft(question) : undefined;
  const isUntitled = tried === "edit" && ownTitle(now).trim() === "";
  return h(
    "div",
    { "aria-busy": busy && "true", key: question.requestId },
    (now.candidates.length > 0 || offers("pick")) && drawCandidates(now, drawing),
    offers("edit") &&
      h(
        "div",
        { class: "field", "data-verb": "edit" },
        h("label", { for: "own", part: "label" }, said(words.ownWords)),
        h("input", {
          id: "own",
          part: "input",
          dir: "auto",
          lang,
          maxlength: String(titleLength),
          "aria-invalid": isUntitled && "true",
          "aria-describedby": isUntitled && "own-p",
          value: ownTitle(now),
          oninput: (event: Event) => keep(ownTitleOf(marked), (event.target as HTMLInputElement).value),
        }),
        isUntitled && line("problem", words.problem({ code: "needed" }), { id: "own-p" }),
      ),
    form &&
      h(
        "div",
        { "data-verb": "answer" },
        drawForm({
          ...drawing,
          form,
          lang,
          problems: problemsOf(form, tried),
          change: (state: FieldState) => keep("answer", state),
        }),
      ),
    h(
      "div",
      { class: "field" },
      h("label", { for: "comment", part: "label" }, words.comment, h("small", {}, words.optional)),
      h("textarea", {
        id: "comment",
        part: "input",
        rows: "2",
        dir: "auto",
        maxlength: String(commentLength),
        value: comment,
        oninput: (event: Event) => keep("comment", (event.target as HTMLInputElement).value || undefined),
      }),
    ),
    tried === "answer" && form && !form.reading.ok && line("problem", words.look, { role: "alert" }),
    left !== undefined && line("hint", words.rounds(left), { id: "rounds" }),
    h(
      "div",
      { part: "actions" },
      verbs.map(({ verb, missing }) =>
        h(
          "button",
          {
            type: "button",
            key: verb,
            part: `button verb-${verb}`,
            "aria-disabled": (busy || missing.includes("round")) && "true",
            "aria-describedby": verb === "regenerate" && left !== undefined && "rounds",
            onclick: () => press(verb),
          },
          said(labelOf(question, verb, words), lang),
        ),
      ),
    ),
  );
}

/** No problems are shown before somebody has tried to send the form. */
function problemsOf(form: FollowedForm, tried: Verb | undefined): ReadonlyMap<string, FormProblem> {
  const own = tried === "answer" && !form.reading.ok ? form.reading.problems : [];
  return new Map([...form.issues, ...own].map(({ path, problem }) => [JSON.stringify(path), problem]));
}

function drawCandidates(now: QuestionNow, { words, tried, keep }: QuestionDrawing): Markup {
  const isMissing = tried === "pick" && now.marked === undefined;
  return h(
    "fieldset",
    {
      part: "candidates",
      role: "radiogroup",
      "aria-labelledby": "candidates",
      "aria-describedby": isMissing && "candidates-p",
      "aria-invalid": isMissing && "true",
    },
    h("legend", { id: "candidates" }, words.candidates),
    isMissing && line("problem", words.chooseFirst, { id: "candidates-p" }),
    now.candidates.length === 0 && line("hint", words.noCandidates),
    now.candidates.map((one, at) => {
      const { key, title, description } = one;
      const lang = saidIn(one, "lang") ?? now.lang;
      const source = one.source ?? saidIn(one, "source");
      return h(
        "label",
        { key, part: "candidate" },
        h("input", {
          type: "radio",
          name: "candidate",
          checked: key === now.marked?.key,
          "aria-labelledby": `c${at}`,
          "aria-describedby": `c${at}d`,
          onchange: () => keep("marked", key),
        }),
        h(
          "span",
          {},
          h("span", { id: `c${at}`, part: "candidate-title" }, said(title, lang)),
          h(
            "span",
            { id: `c${at}d` },
            description !== undefined &&
              h("span", { part: "candidate-description" }, said(description, lang)),
            source !== undefined && h("span", { part: "candidate-source" }, said(source)),
          ),
        ),
      );
    }),
  );
}
