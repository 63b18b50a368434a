import { virtualClock } from "../clock/clock.ts";
import { AwsError } from "../endpoint/aws-json.ts";
import { createStates } from "../states/index.ts";
import { memoryStore } from "../store/memory-store.ts";
import { sameRecording } from "./compare.ts";

/** A recorded call of TestState: its answer, or its exception. */
export interface RecordedTest {
  readonly id: string;
  readonly request: Readonly<Record<string, unknown>>;
  /** The answer of the service to a Task without a mock. */
  readonly taskResult?: unknown;
  readonly expected: {
    readonly answer?: unknown;
    readonly error?: { readonly code: string; readonly message: string };
  };
}

/** Makes a recorded call; undefined if the answer was as recorded, else the difference. */
export async function runRecordedTest(recorded: RecordedTest): Promise<string | undefined> {
  const { request, expected, taskResult } = recorded;
  const states = createStates({
    clock: virtualClock(),
    store: memoryStore(),
    integrations: { find: () => async () => taskResult },
  });
  try {
    const actual = await states.operations.TestState(request).then(
      (answer) => ({ answer }),
      (cause: unknown) => {
        if (!(cause instanceof AwsError)) throw cause;
        return { error: { code: cause.code, message: cause.message } };
      },
    );
    if (sameRecording(actual, expected)) return undefined;
    return `${JSON.stringify(actual)} instead of ${JSON.stringify(expected)}`;
  } finally {
    await states.close();
  }
}
