import { type QueryLanguage, written } from "./values.ts";

/** A state in the Amazon States Language. */
export interface State {
  readonly Type: string;
  readonly [field: string]: unknown;
}

/** States by their names, to be spread into those of a definition. */
export type States = Record<string, State>;

/** What every state that speaks to Callboard says. */
export interface Common {
  /** The state's name. */
  readonly name: string;
  /** Of the state's expressions; JSONata unless said otherwise. */
  readonly queryLanguage?: QueryLanguage;
  /** The bus's name or ARN: `callboard-<stage>`, or `callboard` on one machine. */
  readonly bus: string;
  /** Your name on the bus, of your choice; never `callboard`. */
  readonly source: string;
  /** What it is about, `<kind>/<id>`, or an expression. */
  readonly subject: string;
  readonly Comment?: string;
}

/** Where a state leads to: to another, or to the end of the machine, branch or item. */
export type Onward =
  | { readonly Next: string; readonly End?: never }
  | { readonly End: true; readonly Next?: never };

/** An event to be put: its type and what it says. */
export interface Entry {
  readonly type: "Progress Reported" | "Feedback Requested" | "Feedback Closed";
  readonly detail: Readonly<Record<string, unknown>>;
}

/** What only the context of a running state knows, in both languages. */
export const contextOf = {
  JSONata: {
    enteredTime: "{% $states.context.State.EnteredTime %}",
    attempt: "{% $states.context.Execution.RedriveCount + 1 %}",
    taskToken: "{% $states.context.Task.Token %}",
  },
  JSONPath: {
    enteredTime: "$$.State.EnteredTime",
    attempt: "States.MathAdd($$.Execution.RedriveCount, 1)",
    taskToken: "$$.Task.Token",
  },
} as const;

/** The entries of a call of PutEvents, as a Task state is given them. */
export function putting(
  language: QueryLanguage,
  { bus, source }: Pick<Common, "bus" | "source">,
  entries: readonly Entry[],
): object {
  const Entries = entries.map(({ type, detail }) => ({
    ...written(language, { EventBusName: bus, Source: source }),
    DetailType: type,
    Detail: written(language, detail),
  }));
  return language === "JSONata" ? { Arguments: { Entries } } : { Parameters: { Entries } };
}

/** What lets the input of a state, or of its catcher, pass by its result. */
export const passInput = (language: QueryLanguage): object =>
  language === "JSONata" ? { Output: "{% $states.input %}" } : { ResultPath: null };

/**
 * A state that puts events and waits for nothing: what stops them stops no work, for it tries again and then goes on as
 * if they had been put.
 */
export function tellingState(
  language: QueryLanguage,
  from: Pick<Common, "bus" | "source" | "Comment">,
  entries: readonly Entry[],
  { onward, afterFailure }: { readonly onward: Onward; readonly afterFailure: string },
): State {
  return {
    Type: "Task",
    ...(from.Comment === undefined ? {} : { Comment: from.Comment }),
    Resource: "arn:aws:states:::events:putEvents",
    TimeoutSeconds: 20,
    ...putting(language, from, entries),
    ...passInput(language),
    Retry: [{ ErrorEquals: ["States.ALL"], IntervalSeconds: 1, MaxAttempts: 3, BackoffRate: 2 }],
    Catch: [{ ErrorEquals: ["States.ALL"], ...passInput(language), Next: afterFailure }],
    ...onward,
  };
}

/** States that say which language they speak, so that they fit into a machine of the other. */
export const speaking = (language: QueryLanguage, states: States): States =>
  Object.fromEntries(
    Object.entries(states).map(([name, { Type, ...rest }]) => [
      name,
      { Type, QueryLanguage: language, ...rest },
    ]),
  );
