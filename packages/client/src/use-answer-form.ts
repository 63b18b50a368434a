import { useCallback, useMemo, useState, useSyncExternalStore } from "react";
import type { AnswerForm, FieldState } from "./headless/form-field.ts";
import type { FieldProblem, FormReading } from "./headless/form-reading.ts";
import { createListeners } from "./listeners.ts";
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

type Forms = typeof import("./headless/forms.ts");

/** A chunk that did not come is asked for again after so long, in milliseconds, while a form is wanted. */
const AGAIN_MS = 5_000;

let forms: Forms | undefined;
let coming: Promise<void> | undefined;
const came = /* @__PURE__ */ createListeners<[]>();

/**
 * Loads what forms are made of, if it is not there yet. Hooks do so by themselves when a question takes a value; a page
 * that expects one may do it before. Rejects when it cannot be loaded.
 */
export function loadForms(): Promise<void> {
  coming ??= import("./headless/forms.ts").then(
    (loaded) => {
      forms = loaded;
      came.emit();
    },
    (cause: unknown) => {
      coming = undefined;
      throw cause;
    },
  );
  return coming;
}

/** What forms are made of, once it is there; never on a server. */
function useForms(wanted: boolean): Forms | undefined {
  const follow = useCallback(
    (changed: () => void) => {
      const stop = came.add(changed);
      let again: ReturnType<typeof setTimeout>;
      let over = false;
      const load = () =>
        loadForms().catch(() => {
          if (!over) again = setTimeout(load, AGAIN_MS);
        });
      if (wanted && !forms) void load();
      return () => {
        over = true;
        stop();
        clearTimeout(again);
      };
    },
    [wanted],
  );
  return useSyncExternalStore(
    follow,
    () => (wanted ? forms : undefined),
    () => undefined,
  );
}

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
  const made = useForms(wanted);
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
