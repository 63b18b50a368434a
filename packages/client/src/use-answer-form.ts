import { useMemo, useState } from "react";
import type { AnswerForm, FieldState } from "./headless/form-field.ts";
import type { FieldProblem, FormReading } from "./headless/form-reading.ts";
import { createChunk, useChunk } from "./use-chunk.ts";
import { useDraft, useDrafts } from "./use-draft.ts";

/** The form of a question's schema, and what stands in it. */
export interface QuestionForm extends AnswerForm {
  /** What stands in it: plain JSON, kept with the draft of the question. */
  readonly state: FieldState;
  /** `undefined` brings back what stood there before anybody typed. */
  readonly setState: (next: FieldState | undefined | ((before: FieldState) => FieldState)) => void;
  /** The value, or what is wrong with which field. */
  readonly reading: FormReading;
  /** Reads what stands in it by now: more may have been typed since this was drawn. */
  readonly readNow: () => FormReading;
  /** What the server found wrong with what was sent, by field, until something is changed. */
  readonly issues: readonly FieldProblem[];
  /** Remembers that this is what was sent. */
  readonly sent: () => void;
}

const forms = /* @__PURE__ */ createChunk(() => import("./headless/forms.ts"));

/**
 * Loads what forms are made of, if it is not there yet. Hooks do so by themselves when a question takes a value; a page
 * that expects one may do it before. Rejects when it cannot be loaded.
 */
export const loadForms = (): Promise<void> => forms.load();

const noIssues: readonly string[] = [];
/** The part of a question's draft that holds what stands in its form. */
const part = "answer";

/**
 * Draws a form from a JSON Schema, whose state is kept with the draft of a question. `issues` are the server's about
 * what was sent. Undefined while what forms are made of is on its way, and where none is wanted. `useQuestion` has it
 * as `form`.
 */
export function useAnswerForm(
  schema: unknown,
  {
    requestId,
    issues = noIssues,
    locale = globalThis.navigator?.language,
    wanted = true,
  }: {
    readonly requestId: string;
    readonly issues?: readonly string[] | undefined;
    /** How the reader writes numbers: a BCP 47 tag. Default: the browser's. */
    readonly locale?: string | undefined;
    /** Default: true. */
    readonly wanted?: boolean | undefined;
  },
): QuestionForm | undefined {
  const made = useChunk(forms, wanted);
  const form = useMemo(
    () => made?.answerForm(schema, { locale, offsetMinutes: offsetOfPage() }),
    [made, schema, locale],
  );
  const initial = form?.field.initial ?? null;
  const [state, setState] = useDraft<FieldState>(requestId, part, initial);
  const drafts = useDrafts();
  const reading = useMemo(() => form && made?.readForm(form, state), [made, form, state]);
  const [sent, setSent] = useState<string>();
  if (!made || !form || !reading) return undefined;
  const stateNow = () => (drafts.read(requestId, part) as FieldState | undefined) ?? initial;
  return {
    ...form,
    state,
    setState,
    reading,
    readNow: () => made.readForm(form, stateNow()),
    issues: sent === JSON.stringify(state) ? made.placedIssues(form, state, issues) : [],
    sent: () => setSent(JSON.stringify(stateNow())),
  };
}

/** The reader's offset from UTC when the page was opened; where nobody says when that was, that of January 1970. */
const offsetOfPage = (): number => -new Date(globalThis.performance?.timeOrigin ?? 0).getTimezoneOffset();
