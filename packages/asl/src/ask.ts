import { isReservedUser, limits, needsOf, type verbs } from "@callboard/protocol";
import { FeedbackClosed, FeedbackRequested } from "@callboard/protocol/events";
import {
  asItStandsFaults,
  commonFaults,
  DefinitionError,
  fieldFaults,
  languageOf,
  targetFaults,
} from "./checks.ts";
import {
  type Common,
  contextOf,
  type Onward,
  passInput,
  putting,
  type State,
  type States,
  speaking,
  tellingState,
} from "./states.ts";
import {
  argument,
  type Expression,
  faultsOf,
  isExpression,
  isOpen,
  type Json,
  type Literal,
  literal,
  type QueryLanguage,
  unmarked,
} from "./values.ts";

type Text = string | Literal;
type Verb = keyof typeof verbs;
type Data = { readonly [field: string]: Json | Literal };

/** The question, with the names of Feedback Requested in docs/events.md. */
export interface Question {
  /** A name for the question: of those of one thread of an execution one is open. An expression in a Map. */
  readonly thread: string;
  /** 1 unless said otherwise; one more each time the same is asked again. */
  readonly round?: number | Expression;
  /** In this round nobody may ask for other proposals. */
  readonly maxRounds?: number | Expression;
  readonly prompt: Text;
  readonly verbs: readonly Verb[] | Expression;
  /** Who is asked: `user/<id>` or `role/<name>`. */
  readonly assignees: readonly string[] | Expression;
  readonly candidates?: readonly (Data & { readonly id: string; readonly title: Text })[] | Expression;
  /** JSON Schema of an `answer`'s value; nothing in it is an expression. */
  readonly schema?: { readonly [keyword: string]: Json } | Expression;
  /** What the subject is called, for people. */
  readonly title?: Text;
  /** The language of the question's words, such as `en`. */
  readonly lang?: string;
  /** What stands on the buttons in place of the usual words. */
  readonly labels?: { readonly [V in Verb]?: Text } | Expression;
  /** When people shall have less time than the state waits. */
  readonly deadlineSeconds?: number | Expression;
  readonly remindAfterSeconds?: number | Expression;
  readonly escalate?:
    | { readonly afterSeconds: number | Expression; readonly to: readonly string[] | Expression }
    | Expression;
  /** The reply that is given when nobody answers. */
  readonly default?: (Data & { readonly verb: Verb }) | Expression;
  /** What people read of a question that is closed unanswered. */
  readonly reason?: Text;
}

/** What a state asks, how long it waits, and where it leads to. */
export type AskOptions = Common &
  Onward &
  Question & {
    /** How long the state waits for an answer. */
    readonly TimeoutSeconds: number | Expression;
    /** After how long without a sign of Callboard it asks again: 180 at least, and an hour where there is time for two. */
    readonly HeartbeatSeconds?: number | Expression;
    /** The state that goes on without an answer; its input is that of the question. */
    readonly Unanswered: string;
    /** As in any state. Without it, and without `ResultPath`, the answer is added to the input as `answer`. */
    readonly Output?: unknown;
    /** As in any state; without an `Output` the input then passes by. */
    readonly Assign?: { readonly [variable: string]: unknown };
    /** As in any state of JSONPath. */
    readonly ResultPath?: string | null;
    /** As in any state of JSONPath. */
    readonly ResultSelector?: { readonly [field: string]: unknown };
  };

const {
  taskToken: _token,
  execution: _execution,
  order: _order,
  timeoutSeconds: _timeout,
  heartbeatSeconds: _heartbeat,
  ...questionShape
} = FeedbackRequested.def.shape;
const questionFields = Object.keys(questionShape);
const aslFields = ["TimeoutSeconds", "HeartbeatSeconds", "Unanswered", "Assign", "Comment", "Next", "End"];
const known = {
  shape: { ...questionShape, reason: FeedbackClosed.def.shape.reason },
  needed: ["subject", "thread", "prompt", "verbs", "assignees", "TimeoutSeconds"],
};
const knownIn = {
  JSONata: { ...known, others: ["name", "queryLanguage", "bus", "source", ...aslFields, "Output"] },
  JSONPath: {
    ...known,
    others: ["name", "queryLanguage", "bus", "source", ...aslFields, "ResultPath", "ResultSelector"],
  },
};

const shortestHeartbeat = 180;
const usualHeartbeat = 3600;
/** Higher than any number of retries: the order of whatever was asked in a round. */
const everyTry = 1000;

/**
 * A state that asks people and waits for the answer, and one, `Close<name>`, that takes the question back where there is
 * none. An outage of Callboard stops nothing. Throws a `DefinitionError` that names the field where it could not work.
 */
export const ask = (options: AskOptions): States => {
  const language = languageOf(options);
  return speaking(language, askStates(language, options));
};

/** The same in the language of the machine, which its states then need not name. */
export function askStates(language: QueryLanguage, options: AskOptions): States {
  const faults = faultsOfAsk(language, options);
  if (faults.length > 0) throw new DefinitionError(options.name, faults);
  const { name, subject, thread, round = 1, Unanswered, Comment: _, ...rest } = options;
  const close = `Close${name}`;
  const reason = options.reason ?? "Nobody answered in time";
  const order = orderOf(language, round, everyTry);
  return {
    [name]: askingState(language, options, close),
    [close]: tellingState(
      language,
      rest,
      [{ type: "Feedback Closed", detail: { subject, thread, reason, order } }],
      { onward: { Next: Unanswered }, afterFailure: Unanswered },
    ),
  };
}

function askingState(language: QueryLanguage, options: AskOptions, close: string): State {
  const { round = 1, schema, Next } = options;
  const { TimeoutSeconds: timeoutSeconds, HeartbeatSeconds: heartbeatSeconds = heartbeatOf(timeoutSeconds) } =
    options;
  const said = Object.fromEntries(
    questionFields.map((field) => [field, options[field as keyof AskOptions]] as const),
  );
  const detail = {
    ...said,
    // So that the fields stand in the order in which people read them.
    ...{ subject: options.subject, thread: options.thread, round },
    order: orderOf(language, round),
    taskToken: contextOf[language].taskToken,
    timeoutSeconds,
    heartbeatSeconds,
    ...(schema === undefined || isExpression(language, schema) ? {} : { schema: literal(schema) }),
  };
  return {
    Type: "Task",
    ...(options.Comment === undefined ? {} : { Comment: options.Comment }),
    Resource: "arn:aws:states:::events:putEvents.waitForTaskToken",
    ...secondsField(language, "TimeoutSeconds", timeoutSeconds),
    ...secondsField(language, "HeartbeatSeconds", heartbeatSeconds),
    ...putting(language, options, [{ type: "Feedback Requested", detail }]),
    ...answerPlace(language, options),
    Retry: [
      // An answer that was given, and that the fields above cannot place, is not asked for anew.
      { ErrorEquals: misplaced[language], MaxAttempts: 0 },
      {
        ErrorEquals: ["States.HeartbeatTimeout", "States.TaskFailed"],
        IntervalSeconds: 5,
        MaxAttempts: 3,
        BackoffRate: 2,
      },
    ],
    Catch: [{ ErrorEquals: ["States.ALL"], ...passInput(language), Next: close }],
    ...(Next === undefined ? { End: true } : { Next }),
  };
}

const misplaced = {
  JSONata: ["States.QueryEvaluationError"],
  JSONPath: ["States.ResultPathMatchFailure", "States.ParameterPathFailure"],
} as const;

/** A question whose time is told as a number has a heartbeat of its own, where there is time for one. */
function heartbeatOf(timeoutSeconds: number | Expression): number | undefined {
  if (typeof timeoutSeconds !== "number" || timeoutSeconds < 2 * shortestHeartbeat) return undefined;
  return Math.min(usualHeartbeat, Math.floor(timeoutSeconds / 2));
}

const secondsField = (language: QueryLanguage, field: string, seconds: number | Expression | undefined) => {
  if (seconds === undefined) return {};
  return language === "JSONPath" && typeof seconds === "string"
    ? { [`${field}Path`]: seconds }
    : { [field]: seconds };
};

/** `[redriveCount, round, retryCount]`: of the questions of a thread the one with the highest is open. */
function orderOf(language: QueryLanguage, round: number | Expression, retry?: number): Expression {
  const at = argument(language, round);
  if (language === "JSONPath")
    return `States.Array($$.Execution.RedriveCount, ${at}, ${retry ?? "$$.State.RetryCount"})`;
  const asked = isExpression(language, round) ? `(${round.slice(2, -2).trim()})` : at;
  const tries = retry ?? "$states.context.State.RetryCount";
  return `{% [$states.context.Execution.RedriveCount, ${asked}, ${tries}] %}`;
}

/** Where the answer goes: as the options say or, by default, beside the fields of the input. */
function answerPlace(
  language: QueryLanguage,
  { Assign, Output, ResultPath, ResultSelector }: AskOptions,
): object {
  const assign = Assign === undefined ? {} : { Assign };
  if (language === "JSONata") {
    const beside =
      "{% $merge([$type($states.input) = 'object' ? $states.input : {}, { 'answer': $states.result }]) %}";
    return { ...assign, Output: Output ?? (Assign ? "{% $states.input %}" : beside) };
  }
  const place = ResultPath === undefined ? (Assign ? null : "$.answer") : ResultPath;
  return { ...(ResultSelector ? { ResultSelector } : {}), ...assign, ResultPath: place };
}

function faultsOfAsk(language: QueryLanguage, options: AskOptions): string[] {
  const given: Record<string, unknown> = { ...options };
  const { schema } = options;
  if (schema !== undefined && !isExpression(language, schema)) given.schema = literal(schema as Json);
  const faults = [
    ...commonFaults(language, given),
    ...fieldFaults(language, given, knownIn[language]),
    ...targetFaults("Unanswered", options.Unanswered),
    ...["TimeoutSeconds", "HeartbeatSeconds"].flatMap((field) =>
      secondsFaults(language, field, given[field]),
    ),
    ...timeFaults(options),
    ...asItStandsFaults("Assign", given.Assign, "object"),
    ...asItStandsFaults("Output", given.Output, "any"),
    ...asItStandsFaults("ResultSelector", given.ResultSelector, "object"),
    ...asItStandsFaults("ResultPath", given.ResultPath ?? undefined, "text"),
  ];
  return faults.length > 0 ? faults : answerFaults(language, options);
}

function secondsFaults(language: QueryLanguage, field: string, seconds: unknown): string[] {
  if (seconds === undefined) return [];
  const faults = faultsOf(language, seconds, field);
  if (faults.length > 0) return faults;
  if (language === "JSONPath" && isExpression(language, seconds))
    return /^\$[.[]/.test(seconds) ? [] : [`${field}: a number, or a path in the state's input`];
  if (isExpression(language, seconds)) return [];
  return Number.isInteger(seconds) && (seconds as number) > 0 ? [] : [`${field}: a whole number of seconds`];
}

/** Times that cannot be meant: people would be asked later than the state waits, or the state would wait for ever. */
function timeFaults(options: AskOptions): string[] {
  const {
    TimeoutSeconds: wait,
    HeartbeatSeconds: beat,
    deadlineSeconds,
    remindAfterSeconds,
    escalate,
  } = options;
  const faults: string[] = [];
  if (typeof beat === "number" && beat < shortestHeartbeat)
    faults.push(`HeartbeatSeconds: at least ${shortestHeartbeat}`);
  if (typeof wait !== "number") return faults;
  if (wait > limits.timeoutSeconds) faults.push(`TimeoutSeconds: at most ${limits.timeoutSeconds}, a year`);
  if (typeof beat === "number" && beat >= wait) faults.push("HeartbeatSeconds: less than TimeoutSeconds");
  const after = typeof escalate === "object" ? escalate?.afterSeconds : undefined;
  const within = { deadlineSeconds, remindAfterSeconds, "escalate.afterSeconds": after };
  for (const [field, seconds] of Object.entries(within))
    if (typeof seconds === "number" && seconds > wait) faults.push(`${field}: at most TimeoutSeconds`);
  return faults;
}

/** What nobody could answer, or what could not be given when nobody does. */
function answerFaults(language: QueryLanguage, options: AskOptions): string[] {
  const { verbs, assignees, candidates, round = 1, maxRounds } = options;
  const faults: string[] = [];
  const isLast = typeof round === "number" && typeof maxRounds === "number" && round >= maxRounds;
  if (isLast && round > maxRounds) faults.push("round: at most maxRounds");
  if (isLast && Array.isArray(verbs) && verbs.join() === "regenerate")
    faults.push("verbs: regenerate is refused in the last round, and there is no other");
  // A list or an object that holds a path may be anything to the schema, and is nobody.
  for (const [n, one] of Array.isArray(assignees) ? assignees.map(unmarked).entries() : [])
    if (typeof one !== "string") faults.push(`assignees.${n}: a principal is user/<id> or role/<id>`);
    else if (isReservedUser(one.replace(/^user\//, ""))) faults.push("assignees: somebody who is no person");
  const reply = unmarked(options.default) as Exclude<AskOptions["default"], string>;
  if (typeof reply !== "object" || reply === null || isExpression(language, reply.verb)) return faults;
  if (Array.isArray(verbs) && !verbs.includes(reply.verb)) faults.push("default.verb: not among the verbs");
  const needs = needsOf(reply.verb);
  if (needs.includes("value") && reply.value === undefined) faults.push("default.value: missing");
  if (!needs.includes("candidate")) return faults;
  const picked = reply.candidateId;
  if (picked === undefined) return [...faults, "default.candidateId: missing"];
  const ids = Array.isArray(candidates) ? candidates.map(({ id }) => id) : [picked];
  if (!ids.includes(picked) && ![picked, ...ids].some((id) => isOpen(language, id)))
    faults.push("default.candidateId: not among the candidates");
  return faults;
}
