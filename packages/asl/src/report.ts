import { ProgressReported } from "@callboard/protocol/events";
import { commonFaults, DefinitionError, fieldFaults, languageOf } from "./checks.ts";
import {
  type Common,
  contextOf,
  type Entry,
  inLanguage,
  type Onward,
  putEventsState,
  type States,
} from "./states.ts";
import type { Expression, Json, Literal, QueryLanguage } from "./values.ts";

type Text = string | Literal;

/** The progress of one step. */
export interface Step {
  /** A name of your choice; `execution` stands for the run as a whole. */
  readonly step: string;
  readonly state: "started" | "running" | "waiting" | "succeeded" | "failed" | "skipped" | Expression;
  /** A plain text, for everyone who watches. */
  readonly message?: Text;
  /** The title of the subject, for people. */
  readonly title?: Text;
  readonly percent?: number | Expression;
  /** For everyone. `title`, `avatar` and `media` in it become items of the subject. */
  readonly data?: { readonly [field: string]: Json | Literal } | Expression | Literal;
  /** Why it failed, only for owners. */
  readonly cause?: Text;
  /** The owners of the subject: `user/<id>` or `role/<name>`. */
  readonly owners?: readonly string[] | Expression;
  /** The time; by default, when the state was entered. */
  readonly at?: string | number;
  /** The highest one wins; by default, the number of redrives plus one. */
  readonly attempt?: number | Expression;
}

/** One step, or several that are reported at once; fields next to `steps` apply to each of them. */
export type Steps =
  | (Step & { readonly steps?: never })
  | (Partial<Step> & { readonly steps: readonly (Partial<Step> & Pick<Step, "step" | "state">)[] });

/** What a state reports, and what the next state is. */
export type ReportOptions = Common & Onward & Steps;

const { execution: _, subject, ...stepShape } = ProgressReported.def.shape;
const stepFields = Object.keys(stepShape);
const known = {
  shape: { subject, ...stepShape },
  needed: ["subject"],
  others: ["name", "queryLanguage", "bus", "source", "steps", "Comment", "Next", "End"],
};
/** The most entries of one PutEvents call. */
const MAX_STEPS = 10;

/**
 * Creates a state that reports the progress of one or several steps of the workflow. Its output is its input. If
 * Callboard is down, the workflow continues. Throws a `DefinitionError` that names the invalid fields.
 */
export const report = (options: ReportOptions): States => {
  const language = languageOf(options);
  return inLanguage(language, reportStates(language, options));
};

/** The same in the language of the machine, which the states then need not name. */
export function reportStates(language: QueryLanguage, options: ReportOptions): States {
  const faults = faultsOfReport(language, options);
  if (faults.length > 0) throw new DefinitionError(options.name, faults);
  const { name, Next } = options;
  const entries = stepsOf(options).map((step): Entry => {
    const { message, title, ...rest } = step;
    const { enteredTime, attempt } = contextOf[language];
    const fields = { subject: options.subject, step: step.step, state: step.state, at: enteredTime, attempt };
    return { type: "Progress Reported", detail: { ...fields, title, message, ...rest } };
  });
  const passState = `${name}Untold`;
  const onward: Onward = Next === undefined ? { End: true } : { Next };
  const afterFailure = Next ?? passState;
  return {
    [name]: putEventsState(language, options, entries, { onward, afterFailure }),
    ...(Next === undefined ? { [passState]: { Type: "Pass", End: true } } : {}),
  };
}

const stepsOf = (options: ReportOptions): readonly (Partial<Step> & Pick<Step, "step" | "state">)[] => {
  const shared = Object.fromEntries(
    stepFields
      .map((field) => [field, options[field as keyof Step]])
      .filter(([, value]) => value !== undefined),
  );
  return options.steps ? options.steps.map((step) => ({ ...shared, ...step })) : [shared as unknown as Step];
};

function faultsOfReport(language: QueryLanguage, options: ReportOptions): string[] {
  const { steps } = options;
  const given = { ...options };
  const ofAll = steps === undefined ? { ...known, needed: ["subject", "step", "state"] } : known;
  const faults = [...commonFaults(language, given), ...fieldFaults(language, given, ofAll)];
  if (steps === undefined) return faults;
  if (!Array.isArray(steps) || steps.length === 0 || steps.length > MAX_STEPS)
    return [...faults, `steps: a list of 1 to ${MAX_STEPS}`];
  const needed = ["step", "state"].filter((field) => options[field as keyof Step] === undefined);
  const ofOne = { shape: stepShape, needed, others: [] };
  return [...faults, ...steps.flatMap((step, n) => fieldFaults(language, { ...step }, ofOne, `steps.${n}.`))];
}
