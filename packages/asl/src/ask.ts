import { isReservedUser, limits, needsOf, type verbs } from "@callboard/protocol";
import { FeedbackClosed, FeedbackRequested } from "@callboard/protocol/events";
import {
  commonFaults,
  DefinitionError,
  fieldFaults,
  languageOf,
  targetFaults,
  verbatimFaults,
} from "./checks.ts";
import {
  type Common,
  contextOf,
  inLanguage,
  type Onward,
  passInput,
  putEventsArguments,
  putEventsState,
  type State,
  type States,
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

/** The question, with the field names of Feedback Requested in docs/events.md. */
export interface Question {
  /**
   * A name for the question: of the questions in one thread of an execution, one is open. Use an expression in a Map.
   */
  readonly thread: string;
  /** 1 by default; increase it each time the same is asked again. */
  readonly round?: number | Expression;
  /** The last round: in it nobody may ask for other proposals. */
  readonly maxRounds?: number | Expression;
  readonly prompt: Text;
  readonly verbs: readonly Verb[] | Expression;
  /** The assignees: `user/<id>` or `role/<name>`. */
  readonly assignees: readonly string[] | Expression;
  readonly candidates?: readonly (Data & { readonly id: string; readonly title: Text })[] | Expression;
  /** JSON Schema of an `answer`'s value; it cannot contain expressions. */
  readonly schema?: { readonly [keyword: string]: Json } | Expression;
  /** The title of the subject, for people. */
  readonly title?: Text;
  /** The language of the question's texts, such as `en`. */
  readonly lang?: string;
  /** The texts of the buttons, in place of the usual ones. */
  readonly labels?: { readonly [V in Verb]?: Text } | Expression;
  /** The time to answer, if people get less time than the state waits. */
  readonly deadlineSeconds?: number | Expression;
  readonly remindAfterSeconds?: number | Expression;
  readonly escalate?:
    | { readonly afterSeconds: number | Expression; readonly to: readonly string[] | Expression }
    | Expression;
  /** The reply that counts when nobody answers. */
  readonly default?: (Data & { readonly verb: Verb }) | Expression;
  /** The text that people read when a question is closed without an answer. */
  readonly reason?: Text;
}

/** What a state asks, how long it waits, and what the next state is. */
export type AskOptions = Common &
  Onward &
  Question & {
    /** How long the state waits for an answer. */
    readonly TimeoutSeconds: number | Expression;
    /**
     * After how long without a heartbeat from Callboard it asks again: at least 180. By default an hour, if the timeout
     * has room for two.
     */
    readonly HeartbeatSeconds?: number | Expression;
    /** The next state if there is no answer; it gets the input of the question. */
    readonly Unanswered: string;
    /** As in any state. Without it, and without `ResultPath`, the answer is added to the input as `answer`. */
    readonly Output?: unknown;
    /** As in any state; without an `Output`, the output then is the input. */
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

const MIN_HEARTBEAT_SECONDS = 180;
const DEFAULT_HEARTBEAT_SECONDS = 3600;
/** Higher than any number of retries: the order for closing whatever was asked in a round. */
const AFTER_EVERY_RETRY = 1000;

/**
 * Creates a state that asks people and waits for the answer, and a state `Close<name>` that closes the question when
 * there is no answer. If Callboard is down, the workflow continues. Throws a `DefinitionError` that names the invalid
 * fields.
 */
export const ask = (options: AskOptions): States => {
  const language = languageOf(options);
  return inLanguage(language, askStates(language, options));
};

/** The same in the language of the machine, which the states then need not name. */
export function askStates(language: QueryLanguage, options: AskOptions): States {
  const faults = faultsOfAsk(language, options);
  if (faults.length > 0) throw new DefinitionError(options.name, faults);
  const { name, subject, thread, round = 1, Unanswered, Comment: _, ...rest } = options;
  const close = `Close${name}`;
  const reason = options.reason ?? "Nobody answered in time";
  const order = orderOf(language, round, AFTER_EVERY_RETRY);
  return {
    [name]: askingState(language, options, close),
    [close]: putEventsState(
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
  const fields = Object.fromEntries(
    questionFields.map((field) => [field, options[field as keyof AskOptions]] as const),
  );
  const detail = {
    ...fields,
    // In the order in which people read the fields.
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
    ...putEventsArguments(language, options, [{ type: "Feedback Requested", detail }]),
    ...answerPlace(language, options),
    Retry: [
      // If the fields above cannot place an answer that was given, the question is not asked again.
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

/** A question whose timeout is a number gets a heartbeat, if the timeout is long enough. */
function heartbeatOf(timeoutSeconds: number | Expression): number | undefined {
  if (typeof timeoutSeconds !== "number" || timeoutSeconds < 2 * MIN_HEARTBEAT_SECONDS) return undefined;
  return Math.min(DEFAULT_HEARTBEAT_SECONDS, Math.floor(timeoutSeconds / 2));
}

const secondsField = (language: QueryLanguage, field: string, seconds: number | Expression | undefined) => {
  if (seconds === undefined) return {};
  return language === "JSONPath" && typeof seconds === "string"
    ? { [`${field}Path`]: seconds }
    : { [field]: seconds };
};

/** `[redriveCount, round, retryCount]`: of the questions of a thread, the one with the highest order is open. */
function orderOf(language: QueryLanguage, round: number | Expression, retry?: number): Expression {
  const at = argument(language, round);
  if (language === "JSONPath")
    return `States.Array($$.Execution.RedriveCount, ${at}, ${retry ?? "$$.State.RetryCount"})`;
  const asked = isExpression(language, round) ? `(${round.slice(2, -2).trim()})` : at;
  const tries = retry ?? "$states.context.State.RetryCount";
  return `{% [$states.context.Execution.RedriveCount, ${asked}, ${tries}] %}`;
}

/** Where the answer is placed: as the options say or, by default, as a field of the input. */
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
    ...verbatimFaults("Assign", given.Assign, "object"),
    ...verbatimFaults("Output", given.Output, "any"),
    ...verbatimFaults("ResultSelector", given.ResultSelector, "object"),
    ...verbatimFaults("ResultPath", given.ResultPath ?? undefined, "text"),
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

/**
 * Times that cannot be intended: people would be asked after the state has stopped waiting, or it would wait endlessly.
 */
function timeFaults(options: AskOptions): string[] {
  const {
    TimeoutSeconds: wait,
    HeartbeatSeconds: beat,
    deadlineSeconds,
    remindAfterSeconds,
    escalate,
  } = options;
  const faults: string[] = [];
  if (typeof beat === "number" && beat < MIN_HEARTBEAT_SECONDS)
    faults.push(`HeartbeatSeconds: at least ${MIN_HEARTBEAT_SECONDS}`);
  if (typeof wait !== "number") return faults;
  if (wait > limits.timeoutSeconds) faults.push(`TimeoutSeconds: at most ${limits.timeoutSeconds}, a year`);
  if (typeof beat === "number" && beat >= wait) faults.push("HeartbeatSeconds: less than TimeoutSeconds");
  const after = typeof escalate === "object" ? escalate?.afterSeconds : undefined;
  const within = { deadlineSeconds, remindAfterSeconds, "escalate.afterSeconds": after };
  for (const [field, seconds] of Object.entries(within))
    if (typeof seconds === "number" && seconds > wait) faults.push(`${field}: at most TimeoutSeconds`);
  return faults;
}

/** What is wrong with the answers: a question that nobody could answer, or an invalid default. */
function answerFaults(language: QueryLanguage, options: AskOptions): string[] {
  const { verbs, assignees, candidates, round = 1, maxRounds } = options;
  const faults: string[] = [];
  const isLast = typeof round === "number" && typeof maxRounds === "number" && round >= maxRounds;
  if (isLast && round > maxRounds) faults.push("round: at most maxRounds");
  if (isLast && Array.isArray(verbs) && verbs.join() === "regenerate")
    faults.push("verbs: regenerate is refused in the last round, and there is no other verb");
  // The value of a list or object that contains a path is not known yet, but it is never a principal.
  for (const [n, one] of Array.isArray(assignees) ? assignees.map(unmarked).entries() : [])
    if (typeof one !== "string") faults.push(`assignees.${n}: a principal is user/<id> or role/<id>`);
    else if (isReservedUser(one.replace(/^user\//, "")))
      faults.push("assignees: system and erased-… are not people");
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
