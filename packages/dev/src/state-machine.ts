import { CreateStateMachineCommand, type SFNClient, UpdateStateMachineCommand } from "@aws-sdk/client-sfn";
import { arnOf, defaultPlace } from "@callboard/aws-local";
import { checkDefinition, checkMachine, rowPrefix } from "@callboard/functions/deployment";
import { definition, type Substitutions } from "@callboard/video";
import { bedrockLabel, endpointLabel } from "@callboard/video/models";
import { busName, clusterArn, functionArn } from "./bus-rules.ts";
import type { Settings } from "./settings.ts";
import { tableName } from "./table.ts";

export const bucket = "callboard";
export const stateMachineArn = arnOf(defaultPlace, "states", "stateMachine:post-processing");
export const checkMachineArn = arnOf(defaultPlace, "states", `stateMachine:${checkMachine.name}`);
export const modelConnectionArn = arnOf(defaultPlace, "events", "connection/model/local");
/** The name of the compute step's containers. */
export const prepareFamily = "prepare";
const roleArn = arnOf(defaultPlace, "iam", "role/post-processing");

/** The functions of the task states, and the one that is called when containers stop. */
export const taskFunctionNames = {
  probe: "probe",
  prepare: "prepare",
  readTranscript: "read-transcript",
  storeAvatar: "store-avatar",
  taskStopped: "task-stopped",
} as const;

function substitutions(awsUrl: string, model: Settings["model"]): Substitutions {
  return {
    BusName: busName,
    Bucket: bucket,
    TableName: tableName,
    BreakerPrefix: rowPrefix.breaker,
    ProbeFunction: functionArn(taskFunctionNames.probe),
    PrepareFunction: functionArn(taskFunctionNames.prepare),
    ReadTranscriptFunction: functionArn(taskFunctionNames.readTranscript),
    StoreAvatarFunction: functionArn(taskFunctionNames.storeAvatar),
    TextModelId: "stand-in.text-rank",
    TextModelLabel: bedrockLabel,
    ImageModelId: "stand-in.picture",
    ModelEndpoint: model?.url ?? `${awsUrl}/models/v1`,
    ModelName: model?.name ?? "stand-in.rake",
    ModelLabel: model?.name ?? endpointLabel,
    ModelConnectionArn: modelConnectionArn,
    ClusterArn: clusterArn,
    TaskDefinitionArn: arnOf(defaultPlace, "ecs", `task-definition/${prepareFamily}:1`),
    ContainerName: prepareFamily,
    Subnets: "subnet-local",
    SecurityGroups: "sg-local",
    TranscribePollSeconds: "1",
    TranscribeCaptioned: "true",
  };
}

/** Creates the post-processing state machine, or updates its definition. */
export const putStateMachine = (sfn: SFNClient, awsUrl: string, model: Settings["model"]): Promise<void> =>
  putMachine(sfn, stateMachineArn, definition(substitutions(awsUrl, model)));

/** The same for the state machine that `npx callboard check` starts. */
export const putCheckMachine = (sfn: SFNClient): Promise<void> =>
  putMachine(sfn, checkMachineArn, checkDefinition(busName));

/** Creates a state machine, or updates its definition. */
export async function putMachine(sfn: SFNClient, arn: string, text: string): Promise<void> {
  const name = arn.slice(arn.lastIndexOf(":") + 1);
  try {
    await sfn.send(new CreateStateMachineCommand({ name, definition: text, roleArn, type: "STANDARD" }));
  } catch (cause) {
    if ((cause as Error).name !== "StateMachineAlreadyExists") throw cause;
    await sfn.send(new UpdateStateMachineCommand({ stateMachineArn: arn, definition: text }));
  }
}
