import { writeFileSync } from "node:fs";

/** A call as IAM judges it, with the object, run or events that it names. */
export interface IamCall {
  readonly action: string;
  readonly of?: string;
  readonly events?: readonly string[];
}

/** Notes a call, unless one of the same kind is there: objects of a folder are of one kind, and so are a machine's runs. */
export function noteCall(noted: IamCall[], call: IamCall): void {
  const folderOf = ({ of }: IamCall) => /^(?:\w+:[\w-]+|[^/:]+)/.exec(of ?? "")?.[0];
  const isAlike = (one: IamCall) =>
    one.action === call.action &&
    one.events?.join() === call.events?.join() &&
    folderOf(one) === folderOf(call);
  if (!noted.some(isAlike)) noted.push(call);
}

/** What a command names of what it is about. */
interface Input {
  readonly Key?: string;
  readonly Entries?: readonly { readonly Source?: string; readonly DetailType?: string }[];
  readonly stateMachineArn?: string;
  readonly executionArn?: string;
}

/** How IAM judges a command of the SDK, or what is signed for somebody else; runs are named without their account. */
export function iamCallsOf(command: string, input: object): IamCall[] {
  const { Key: key, Entries = [], stateMachineArn, executionArn } = input as Input;
  const operation = command.replace(/Command$/, "");
  switch (operation) {
    case "HeadObject":
    case "GetObject":
      // To be told of one that is missing takes the right to list.
      return [{ action: "s3:GetObject", of: key! }, { action: "s3:ListBucket" }];
    case "ListObjectsV2":
      return [{ action: "s3:ListBucket" }];
    case "PutObject":
    case "DeleteObject":
      return [{ action: `s3:${operation}`, of: key! }];
    case "PutEvents":
      return [
        {
          action: "events:PutEvents",
          events: Entries.map(({ Source, DetailType }) => `${Source}: ${DetailType}`),
        },
      ];
    case "SendTaskSuccess":
    case "SendTaskFailure":
    case "SendTaskHeartbeat":
      return [{ action: `states:${operation}` }];
    case "StartExecution":
    case "StopExecution":
    case "DescribeExecution":
    case "GetExecutionHistory":
    case "RedriveExecution": {
      const arn = (stateMachineArn ?? executionArn)!;
      return [{ action: `states:${operation}`, of: arn.split(":").slice(5).join(":") }];
    }
  }
  throw new Error(`nobody knows how IAM judges ${command}`);
}

/** What was noted, in the order in which it is written. */
export const inOrder = (noted: readonly IamCall[]): IamCall[] =>
  [...noted].sort((a, b) => (a.action < b.action ? -1 : a.action > b.action ? 1 : 0));

/** Writes a recording anew where `CALLBOARD_WRITE_CALLS` says so. */
export function writeRecording(file: URL, recorded: object): void {
  if (process.env.CALLBOARD_WRITE_CALLS) writeFileSync(file, `${JSON.stringify(recorded, null, 2)}\n`);
}
