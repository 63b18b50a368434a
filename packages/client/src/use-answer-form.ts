import { useMemo, useState } from "react";
import type { AnswerForm, FieldState } from "./headless/form-field.ts";
import type { FieldProblem, FormReading } from "./headless/form-reading.ts";
import { createChunk, useChunk } from "./use-chunk.ts";
import { useDraft, useDrafts } from "./use-draft.ts";

/** The form of a question's schema, and its state. */
export interface QuestionForm extends AnswerForm {
  /** The form's state: plain JSON, kept with the draft of the question. */
  readonly state: FieldState;
  /** Sets the state; `undefined` restores the initial state. */
  readonly setState: (next: FieldState | undefined | ((before: FieldState) => FieldState)) => void;
  /** The value, or the problems of the fields. */
  readonly reading: FormReading;
  /** Reads the current state: more may have been typed since the last drawing. */
  readonly readNow: () => FormReading;
  /** The problems that the server found in the sent answer, by field, until the user changes something. */
  readonly issues: readonly FieldProblem[];
  /** Remembers that this is what was sent. */
  readonly sent: () => void;
}

const forms = /* @__PURE__ */ createChunk(() => import("./headless/forms.ts"));

/**
 * Loads the code of forms, if it is not loaded yet. Hooks do so by themselves when a question takes a value;
 * a page that expects one can call it earlier. Rejects when the code cannot be loaded.
 */
export const loadForms = (): Promise<void> => forms.load();

const noIssues: readonly string[] = [];
/** The name of the form's state in the question's draft. */
const part = "answer";

/**
 * Makes a form from a JSON Schema; its state is kept with the draft of a question. `issues` are the server's
 * about the sent answer. Undefined while the code of forms is loading, and when no form is wanted.
 * `useQuestion` returns it as `form`.
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
    /** The reader's locale for numbers: a BCP 47 tag. Default: the browser's. */
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

/**
 * The reader's offset from UTC when the page was opened; if that time is unknown, the offset of January 1970.
 */
const offsetOfPage = (): number => -new Date(globalThis.performance?.timeOrigin ?? 0).getTimezoneOffset();
