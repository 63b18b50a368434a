/** Any JSON value; an execution's data may have any type. */
export type Json = unknown;

/** The query language of a state's fields: https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html */
export type QueryLanguage = "JSONata" | "JSONPath";

export const STATE_TYPES = ["Task", "Wait", "Pass", "Succeed", "Fail", "Choice", "Parallel", "Map"] as const;
export type StateType = (typeof STATE_TYPES)[number];

/** A states block: a whole machine, a branch of a Parallel or the processor of a Map. */
export interface StatesBlock {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, StateDefinition>>;
}

/** A machine in the Amazon States Language that `parseDefinition` has accepted. */
export interface MachineDefinition extends StatesBlock {
  readonly QueryLanguage?: QueryLanguage;
  readonly TimeoutSeconds?: number;
}

/** One state; which fields it may have depends on its type and is checked when the machine is created. */
export interface StateDefinition {
  readonly Type: StateType;
  readonly QueryLanguage?: QueryLanguage;
  readonly Next?: string;
  readonly End?: boolean;
  readonly InputPath?: string | null;
  readonly OutputPath?: string | null;
  readonly ResultPath?: string | null;
  readonly Parameters?: Json;
  readonly ResultSelector?: Json;
  readonly Arguments?: Json;
  readonly Output?: Json;
  readonly Assign?: Readonly<Record<string, Json>>;
  readonly Retry?: readonly Retrier[];
  readonly Catch?: readonly Catcher[];
  readonly Result?: Json;
  readonly Resource?: string;
  readonly TimeoutSeconds?: number | string;
  readonly TimeoutSecondsPath?: string;
  readonly HeartbeatSeconds?: number | string;
  readonly HeartbeatSecondsPath?: string;
  readonly Choices?: readonly ChoiceRule[];
  readonly Default?: string;
  readonly Seconds?: number | string;
  readonly SecondsPath?: string;
  readonly Timestamp?: string;
  readonly TimestampPath?: string;
  readonly Error?: string;
  readonly ErrorPath?: string;
  readonly Cause?: string;
  readonly CausePath?: string;
  readonly Branches?: readonly StatesBlock[];
  readonly ItemProcessor?: StatesBlock & { readonly ProcessorConfig?: { readonly Mode?: string } };
  readonly Iterator?: StatesBlock;
  readonly ItemReader?: ItemReader;
  readonly ItemBatcher?: ItemBatcher;
  readonly ResultWriter?: ResultWriter;
  readonly Label?: string;
  readonly Items?: Json;
  readonly ItemsPath?: string;
  readonly ItemSelector?: Json;
  readonly MaxConcurrency?: number | string;
  readonly MaxConcurrencyPath?: string;
  readonly ToleratedFailureCount?: number | string;
  readonly ToleratedFailureCountPath?: string;
  readonly ToleratedFailurePercentage?: number | string;
  readonly ToleratedFailurePercentagePath?: string;
}

/** Where a distributed Map finds its items: https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itemreader.html */
export interface ItemReader {
  readonly Resource: string;
  readonly Parameters?: Json;
  readonly Arguments?: Json;
  readonly ReaderConfig?: {
    readonly InputType?: string;
    readonly CSVHeaderLocation?: string;
    readonly CSVHeaders?: readonly string[];
    readonly CSVDelimiter?: string;
    readonly MaxItems?: number | string;
    readonly MaxItemsPath?: string;
    readonly ItemsPointer?: string;
  };
}

/**
 * How a distributed Map combines several items into one:
 * https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itembatcher.html
 */
export interface ItemBatcher {
  readonly BatchInput?: Json;
  readonly MaxItemsPerBatch?: number | string;
  readonly MaxItemsPerBatchPath?: string;
  readonly MaxInputBytesPerBatch?: number | string;
  readonly MaxInputBytesPerBatchPath?: string;
}

/** Where the results of a distributed Map go: https://docs.aws.amazon.com/step-functions/latest/dg/input-output-resultwriter.html */
export interface ResultWriter {
  readonly Resource?: string;
  readonly Parameters?: Json;
  readonly Arguments?: Json;
  readonly WriterConfig?: { readonly Transformation?: string; readonly OutputType?: string };
}

/** https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html#error-handling-retrying-after-an-error */
export interface Retrier {
  readonly ErrorEquals: readonly string[];
  readonly IntervalSeconds?: number;
  readonly MaxAttempts?: number;
  readonly BackoffRate?: number;
  readonly MaxDelaySeconds?: number;
  readonly JitterStrategy?: "FULL" | "NONE";
}

/** What happens when a state fails after its retries. */
export interface Catcher {
  readonly ErrorEquals: readonly string[];
  readonly Next: string;
  readonly ResultPath?: string | null;
  readonly Output?: Json;
  readonly Assign?: Readonly<Record<string, Json>>;
}

/** A rule of a Choice: `Condition` in JSONata, a comparison in JSONPath. */
export interface ChoiceRule {
  readonly Next: string;
  readonly Condition?: Json;
  readonly Output?: Json;
  readonly Assign?: Readonly<Record<string, Json>>;
}

/** The language of a state's fields: its own, else its machine's, else JSONPath. */
export function languageOf(machine: MachineDefinition, state: StateDefinition): QueryLanguage {
  return state.QueryLanguage ?? machine.QueryLanguage ?? "JSONPath";
}
