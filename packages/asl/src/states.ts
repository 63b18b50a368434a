import { type QueryLanguage, written } from "./values.ts";

/** A state in the Amazon States Language. */
export interface State {
  readonly Type: string;
  readonly [field: string]: unknown;
}

/** States by name, to be spread into the states of a definition. */
export type States = Record<string, State>;

/** The fields that all states for Callboard share. */
export interface Common {
  /** The state's name. */
  readonly name: string;
  /** The language of the state's expressions; JSONata by default. */
  readonly queryLanguage?: QueryLanguage;
  /** The bus's name or ARN: `callboard-<stage>`, or `callboard` on one machine. */
  readonly bus: string;
  /** Your name on the bus, of your choice; never `callboard`. */
  readonly source: string;
  /** The subject, `<kind>/<id>`, or an expression. */
  readonly subject: string;
  readonly Comment?: string;
}

/** What comes next: another state, or the end of the machine, branch or item. */
export type Onward =
  | { readonly Next: string; readonly End?: never }
  | { readonly End: true; readonly Next?: never };

/** An event to put: its type and its detail. */
export interface Entry {
  readonly type: "Progress Reported" | "Feedback Requested" | "Feedback Closed";
  readonly detail: Readonly<Record<string, unknown>>;
}

/** Values that only the context of a running state has, in both languages. */
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

/** The entries of a PutEvents call, as arguments of a Task state. */
export function putEventsArguments(
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

/** The fields that make a state's output, or its catcher's, equal to its input. */
export const passInput = (language: QueryLanguage): object =>
  language === "JSONata" ? { Output: "{% $states.input %}" } : { ResultPath: null };

/**
 * A state that puts events and waits for nothing. If that fails, it is retried, and then the workflow continues without
 * them.
 */
export function putEventsState(
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
    ...putEventsArguments(language, from, entries),
    ...passInput(language),
    Retry: [{ ErrorEquals: ["States.ALL"], IntervalSeconds: 1, MaxAttempts: 3, BackoffRate: 2 }],
    Catch: [{ ErrorEquals: ["States.ALL"], ...passInput(language), Next: afterFailure }],
    ...onward,
  };
}

/** States that name their language, so that they fit into a machine of the other language. */
export const inLanguage = (language: QueryLanguage, states: States): States =>
  Object.fromEntries(
    Object.entries(states).map(([name, { Type, ...rest }]) => [
      name,
      { Type, QueryLanguage: language, ...rest },
    ]),
  );
