import { AwsError } from "../../endpoint/aws-json.ts";
import { MAX_DATA_SIZE } from "../history.ts";
import type { InspectedField, Surroundings } from "../run/frame.ts";
import { runTest, type TestOutcome } from "../test-state/run-test.ts";
import { readStateTest, type StateTest } from "../test-state/state-test.ts";
import type { Engine, Input } from "./operation.ts";

/** Tests that run at the same time; each may take five minutes. */
const MAX_TESTS = 100;

/**
 * `TestState`: runs one state by itself, with its services or with a mock. It creates no execution.
 * https://docs.aws.amazon.com/step-functions/latest/dg/test-state-isolation.html
 */
export function testOperation({ place, newId }: Engine, around: Surroundings, over: AbortSignal) {
  let running = 0;
  return {
    async TestState(input: Input) {
      const test = await readStateTest(input);
      if (running >= MAX_TESTS) throw new AwsError("ThrottlingException", "Rate exceeded");
      running++;
      try {
        return answered(test, await runTest(test, { around, place, newId, over }));
      } finally {
        running--;
      }
    },
  };
}

export interface TestAnswer {
  readonly status: TestOutcome["status"];
  readonly output?: string;
  readonly nextState?: string;
  readonly error?: string;
  readonly cause?: string;
  readonly inspectionData?: Readonly<Record<string, unknown>>;
}

function answered(test: StateTest, outcome: TestOutcome): TestAnswer {
  const { status, output, next, failure } = outcome;
  return {
    status,
    ...(output !== undefined && { output: JSON.stringify(output) }),
    ...(next !== undefined && { nextState: next }),
    ...(failure?.error !== undefined && { error: failure.error }),
    ...(failure?.cause !== undefined && { cause: failure.cause }),
    ...(test.level !== "INFO" && { inspectionData: inspectionData(test, outcome) }),
  };
}

/** Fields of an answer that are not JSON text. */
const AS_IT_IS = new Set<InspectedField>([
  "maxConcurrency",
  "request",
  "response",
  "toleratedFailureCount",
  "toleratedFailurePercentage",
]);

/** Data that are larger than a state's limit are left out. */
function inspectionData(test: StateTest, { seen, variables, errorDetails }: TestOutcome) {
  const fields = [...seen].map(
    ([field, value]) => [field, AS_IT_IS.has(field) ? value : JSON.stringify(value ?? null)] as const,
  );
  return {
    input: test.input,
    ...Object.fromEntries(fields.filter(([, value]) => !isTooLarge(value))),
    ...(Object.keys(variables).length > 0 && { variables: JSON.stringify(variables) }),
    ...(errorDetails && Object.keys(errorDetails).length > 0 && { errorDetails }),
  };
}

const isTooLarge = (value: unknown): boolean =>
  typeof value === "string" && Buffer.byteLength(value) > MAX_DATA_SIZE;
