import type { Substitutions } from "../definition.ts";

/** Substitutions for the state machine, with names of nothing that exists. */
export const substitutions = {
  BusName: "callboard",
  Bucket: "media",
  TableName: "rows",
  BreakerPrefix: "lately-",
  ProbeFunction: "probe",
  PrepareFunction: "prepare",
  ReadTranscriptFunction: "read-transcript",
  StoreAvatarFunction: "store-avatar",
  TextModelId: "text",
  TextModelLabel: "Text model",
  ImageModelId: "image",
  ModelEndpoint: "https://models.example/v1",
  ModelName: "other",
  ModelLabel: "Other model",
  ModelConnectionArn: "arn:aws:events:us-east-1:123456789012:connection/c/1",
  ClusterArn: "cluster",
  TaskDefinitionArn: "task",
  ContainerName: "prepare",
  Subnets: "subnet-1,subnet-2",
  SecurityGroups: "sg-1",
  TranscribePollSeconds: "15",
  TranscribeCaptioned: "false",
} satisfies Substitutions;
