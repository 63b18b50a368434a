import {
  InvalidToken,
  SendTaskFailureCommand,
  SendTaskHeartbeatCommand,
  SendTaskSuccessCommand,
  type SFNClient,
  TaskDoesNotExist,
  TaskTimedOut,
} from "@aws-sdk/client-sfn";

/** Half of what the state waits for between two heartbeats, and less: one that is lost costs nothing. */
export const HEARTBEAT_MS = 30_000;

export interface AnswerParts {
  readonly states: Pick<SFNClient, "send">;
  readonly taskToken: string;
  /** Runs something every so many milliseconds, from now on; returns what ends it. */
  readonly every: (ms: number, run: () => void) => () => void;
  /** Called when a heartbeat was taken. */
  readonly heard?: () => void;
}

/** `done`: the state has its result. `failed`: it was told of a failure. `abandoned`: nobody waits for it any more. */
export type Answered = "done" | "failed" | "abandoned";

/**
 * Does the work of a state that waits for its task token: says every half minute that it goes on, and then how it ended,
 * a failure under its own name and in the words of Lambda, so that the state catches it in the same way. Resolves with
 * `abandoned` as soon as a heartbeat is refused, since the state was stopped or has given up; the work may still run
 * then, and whoever called ends the process. Rejects when Step Functions cannot be reached.
 */
export async function answerState(
  { states, taskToken, every, heard }: AnswerParts,
  work: () => Promise<unknown>,
): Promise<Answered> {
  let abandon = (): void => {};
  const abandoned = new Promise<"abandoned">((resolve) => {
    abandon = () => resolve("abandoned");
  });
  /** Whether the state still waits, as far as it can be known: any other failure passes, or the state gives up. */
  const beat = async (): Promise<boolean> => {
    try {
      await states.send(new SendTaskHeartbeatCommand({ taskToken }));
    } catch (cause) {
      if (!isOver(cause)) return true;
      abandon();
      return false;
    }
    heard?.();
    return true;
  };
  const stop = every(HEARTBEAT_MS, beat);
  try {
    // What nobody waits for is not begun.
    const begun = async () => ((await beat()) ? outcomeOf(work) : "abandoned");
    const ended = await Promise.race([abandoned, begun()]);
    // A result that never arrives is to be missed.
    stop();
    if (ended === "abandoned") return ended;
    if (ended.kind === "done") await states.send(new SendTaskSuccessCommand({ taskToken, output: "{}" }));
    else {
      const { error, cause } = ended;
      await states.send(new SendTaskFailureCommand({ taskToken, error, cause }));
    }
    return ended.kind;
  } catch (cause) {
    if (isOver(cause)) return "abandoned";
    throw cause;
  } finally {
    stop();
  }
}

type Outcome =
  | { readonly kind: "done" }
  | { readonly kind: "failed"; readonly error: string; readonly cause: string };

async function outcomeOf(work: () => Promise<unknown>): Promise<Outcome> {
  try {
    await work();
    return { kind: "done" };
  } catch (cause) {
    const { name, message } = cause instanceof Error ? cause : new Error("the work failed");
    const told = { errorType: name, errorMessage: message.slice(0, 10_000) };
    return { kind: "failed", error: name.slice(0, 256), cause: JSON.stringify(told) };
  }
}

/** Whether a call was refused since the state of its token waits no more: it has ended, or its execution has. */
export const isOver = (cause: unknown): boolean =>
  cause instanceof TaskTimedOut || cause instanceof TaskDoesNotExist || cause instanceof InvalidToken;
