import { writeFileSync } from "node:fs";

/** A call as IAM evaluates it, with the object, run or events that it names. */
export interface IamCall {
  readonly action: string;
  readonly of?: string;
  readonly events?: readonly string[];
}

/**
 * Records a call, unless one of the same kind was recorded: objects of a folder are of one kind, and so are runs of a
 * state machine.
 */
export function noteCall(noted: IamCall[], call: IamCall): void {
  const folderOf = ({ of }: IamCall) => /^(?:\w+:[\w-]+|[^/:]+)/.exec(of ?? "")?.[0];
  const isAlike = (one: IamCall) =>
    one.action === call.action &&
    one.events?.join() === call.events?.join() &&
    folderOf(one) === folderOf(call);
  if (!noted.some(isAlike)) noted.push(call);
}

/** The fields of a command that name what it is about. */
interface Input {
  readonly Key?: string;
  readonly Entries?: readonly { readonly Source?: string; readonly DetailType?: string }[];
  readonly stateMachineArn?: string;
  readonly executionArn?: string;
}

/**
 * How IAM evaluates a command of the SDK, or a call that is signed for someone else; runs are named without their
 * account.
 */
export function iamCallsOf(command: string, input: object): IamCall[] {
  const { Key: key, Entries = [], stateMachineArn, executionArn } = input as Input;
  const operation = command.replace(/Command$/, "");
  switch (operation) {
    case "HeadObject":
    case "GetObject":
      // To learn that an object is missing, the caller needs the right to list.
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
  throw new Error(`unknown how IAM judges ${command}`);
}

/** The recorded calls, in the order in which they are written. */
export const inOrder = (noted: readonly IamCall[]): IamCall[] =>
  [...noted].sort((a, b) => (a.action < b.action ? -1 : a.action > b.action ? 1 : 0));

/** Writes a recording again if `CALLBOARD_WRITE_CALLS` is set. */
export function writeRecording(file: URL, recorded: object): void {
  if (process.env.CALLBOARD_WRITE_CALLS) writeFileSync(file, `${JSON.stringify(recorded, null, 2)}\n`);
}
