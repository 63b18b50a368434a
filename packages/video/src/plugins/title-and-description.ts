import type { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import {
  DescribeExecutionCommand,
  ExecutionAlreadyExists,
  ExecutionDoesNotExist,
  InvalidArn,
  type SFNClient,
  StartExecutionCommand,
  ValidationException,
} from "@aws-sdk/client-sfn";
import { type Failed, type PluginEvent, sendAnswer } from "./plugin.ts";
import { titleAndDescription } from "./registered.ts";

export interface TitleParts {
  readonly bus: EventBridgeClient;
  readonly sfn: SFNClient;
  /** The post-processing, whose people choose the title. */
  readonly postProcessingArn: string;
  /** The state machine that has announced the upload: its input says what was uploaded, and who is asked. */
  readonly recordingArn: string;
}

/** The parts of the post-processing's output that are passed on. */
interface Output {
  readonly outcome?: string;
  readonly title?: string;
  readonly description?: string;
}

/** An execution of the post-processing has ended. */
export interface ProcessingEnded {
  readonly source: "aws.states";
  readonly detail: {
    readonly status: string;
    readonly input?: string | null;
    readonly output?: string | null;
  };
}

/** The turn in the input of the execution that it started. */
interface Input {
  readonly plugin?: { readonly taskToken: string };
}

/**
 * The plugin: its turn starts the post-processing of the video, and the end of that ends its turn. A repeated event has
 * no effect. It uses only ServerlessVideo's events, and does not know who asks it.
 */
export function titlePlugin(parts: TitleParts) {
  const back = (taskToken: string, message: object) =>
    sendAnswer(parts.bus, titleAndDescription.name, taskToken, message);

  async function begin({ detail: { video, taskToken } }: PluginEvent): Promise<void> {
    const uploaded = await inputOf(parts.sfn, executionOf(parts.recordingArn, video.id));
    if (!uploaded) return back(taskToken, failed("The video was not uploaded here"));
    const running = await start(parts, video.id, { ...uploaded, plugin: { taskToken } });
    if (running && running.plugin?.taskToken !== taskToken)
      await back(taskToken, failed("The video is processed already"));
  }

  async function end({ detail: { status, input, output } }: ProcessingEnded): Promise<void> {
    const { plugin } = JSON.parse(input ?? "{}") as Input;
    if (plugin) await back(plugin.taskToken, told(status, JSON.parse(output ?? "{}") as Output));
  }

  return (event: PluginEvent | ProcessingEnded): Promise<void> =>
    "source" in event && event.source === "aws.states" ? end(event) : begin(event as PluginEvent);
}

/** The answer after an end. */
function told(status: string, { outcome, title, description }: Output): object {
  if (status === "ABORTED") return failed("The post-processing was stopped");
  if (status !== "SUCCEEDED") return failed("The post-processing failed");
  if (outcome === "rejected") return failed("Its creator rejected the titles");
  return { title, description };
}

const failed = (reason: string): Failed => ({ failed: true, reason });

/** Both executions of a video have its name. */
const executionOf = (stateMachineArn: string, videoId: string): string =>
  `${stateMachineArn.replace(":stateMachine:", ":execution:")}:${videoId}`;

/** Starts the post-processing; returns the input of an execution that was started before, if there is one. */
async function start(
  { sfn, postProcessingArn }: TitleParts,
  videoId: string,
  input: object,
): Promise<Input | undefined> {
  try {
    await sfn.send(
      new StartExecutionCommand({
        stateMachineArn: postProcessingArn,
        name: videoId,
        input: JSON.stringify(input),
      }),
    );
    return undefined;
  } catch (cause) {
    if (!(cause instanceof ExecutionAlreadyExists)) throw cause;
    return inputOf(sfn, executionOf(postProcessingArn, videoId));
  }
}

async function inputOf(sfn: SFNClient, executionArn: string): Promise<Input | undefined> {
  try {
    const { input } = await sfn.send(new DescribeExecutionCommand({ executionArn }));
    return JSON.parse(input ?? "{}") as Input;
  } catch (cause) {
    if (isNone(cause)) return undefined;
    throw cause;
  }
}

/**
 * Whether there is no such execution, or none can have this name: ids of videos may be longer than names of executions.
 */
const isNone = (cause: unknown): boolean =>
  cause instanceof ExecutionDoesNotExist ||
  cause instanceof InvalidArn ||
  cause instanceof ValidationException;
