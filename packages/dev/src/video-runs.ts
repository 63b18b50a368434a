import {
  DescribeExecutionCommand,
  ExecutionDoesNotExist,
  ExecutionNotRedrivable,
  GetExecutionHistoryCommand,
  RedriveExecutionCommand,
  type SFNClient,
  StopExecutionCommand,
} from "@aws-sdk/client-sfn";
import { PageError } from "./page-error.ts";

/** What a video's owner may do with its run, beside starting it. */
export type VideoRuns = ReturnType<typeof createVideoRuns>;

/** Stops a video's run, or lets it go on from where it failed. Rejects with a `PageError` for all but its owner. */
export function createVideoRuns({
  sfn,
  stateMachineArn,
}: {
  readonly sfn: SFNClient;
  readonly stateMachineArn: string;
}) {
  /** The run of a video has the video's name. */
  const runOf = async (user: string, videoId: string) => {
    const executionArn = `${stateMachineArn.replace(":stateMachine:", ":execution:")}:${videoId}`;
    const { status, input } = await sfn
      .send(new DescribeExecutionCommand({ executionArn }))
      .catch((cause: unknown) => {
        if (cause instanceof ExecutionDoesNotExist)
          throw new PageError(404, "not_found", "There is no such video.");
        throw cause;
      });
    const { subject, owners = [] } = JSON.parse(input ?? "{}") as { subject: string; owners?: string[] };
    if (!owners.includes(`user/${user}`))
      throw new PageError(403, "forbidden", "The video is somebody else’s.");
    return { executionArn, status, subject };
  };

  /** A Fail state that is entered anew fails again: https://docs.aws.amazon.com/step-functions/latest/dg/redrive-executions.html */
  const endedItself = async (executionArn: string) => {
    const { events = [] } = await sfn.send(
      new GetExecutionHistoryCommand({ executionArn, reverseOrder: true, maxResults: 2 }),
    );
    return events.some(({ type }) => type === "FailStateEntered");
  };

  return {
    /** Stops the run if it is under way. */
    async stop(user: string, videoId: string): Promise<{ subject: string }> {
      const { executionArn, status, subject } = await runOf(user, videoId);
      if (status === "RUNNING" || status === "PENDING_REDRIVE")
        await sfn.send(
          new StopExecutionCommand({ executionArn, error: "Stopped", cause: "Stopped by the video's owner" }),
        );
      return { subject };
    },
    /** Redrives the run; one that is under way already is as it was wished. */
    async retry(user: string, videoId: string): Promise<{ subject: string }> {
      const { executionArn, status, subject } = await runOf(user, videoId);
      if (status === "RUNNING") return { subject };
      if (status === "SUCCEEDED") throw notRedrivable("It has ended well: there is nothing to try again.");
      if (await endedItself(executionArn))
        throw notRedrivable(
          "The workflow gave up by itself, and from there it would only do so again. Start the video anew.",
        );
      try {
        await sfn.send(new RedriveExecutionCommand({ executionArn }));
      } catch (cause) {
        if (!(cause instanceof ExecutionNotRedrivable)) throw cause;
        // Whoever pressed twice finds it under way.
        if ((await runOf(user, videoId)).status === "RUNNING") return { subject };
        throw notRedrivable("It can no longer go on from where it failed. Start the video anew.");
      }
      return { subject };
    },
  };
}

const notRedrivable = (message: string) => new PageError(409, "not_redrivable", message);
