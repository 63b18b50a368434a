import { AwsError } from "../../endpoint/aws-json.ts";
import { checkArn, executionArn } from "../arn.ts";
import { detailsField, type HistoryEvent, LARGEST_DATA } from "../history.ts";
import { lastEventIn, type Projection, ROOT } from "../projection.ts";
import { redrivability, standingOf } from "../redrive.ts";
import {
  type Engine,
  type Input,
  invalidField,
  nameText,
  optionalText,
  page,
  seconds,
  text,
} from "./operation.ts";

const LONGEST_ARN = 2_000;
const LONGEST_ERROR = 256;
const LONGEST_CAUSE = 32_768;
/** As on AWS, a machine's executions cannot be asked for by PENDING_REDRIVE: only a Map Run's have it. */
const STATUSES = ["RUNNING", "SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"];
const REDRIVE_FILTERS = ["REDRIVEN", "NOT_REDRIVEN"];
const CLIENT_TOKEN = /^[!-~]{1,64}$/;

/** The operations on executions. */
export function executionOperations(engine: Engine) {
  const { clock, place, machines, executions, newId } = engine;

  const known = async (input: Input): Promise<Projection> => {
    const arn = checkArn(text(input, "executionArn", LONGEST_ARN), "execution");
    const found = await executions.find(arn);
    if (found) return found;
    throw new AwsError("ExecutionDoesNotExist", `Execution Does Not Exist: '${arn}'`);
  };

  const knownMachine = (input: Input) => {
    const arn = checkArn(text(input, "stateMachineArn", LONGEST_ARN), "stateMachine");
    const machine = machines.find(arn);
    if (machine) return machine;
    throw new AwsError("StateMachineDoesNotExist", `State Machine Does Not Exist: '${arn}'`);
  };

  return {
    async StartExecution(input: Input) {
      await engine.loaded();
      const machine = knownMachine(input);
      const data = inputData(input);
      const name = nameText(optionalText(input, "name", 1_000) ?? newId());
      const arn = executionArn(place, machine.name, name);
      if (executions.has(arn)) return startedBefore(arn, data);
      const startedAt = clock.now();
      await executions.start({
        executionArn: arn,
        name,
        stateMachineArn: machine.arn,
        stateMachineName: machine.name,
        roleArn: machine.roleArn,
        definition: machine.definition,
        machineUpdatedAt: machine.updatedAt,
        input: data,
        startedAt,
      });
      return { executionArn: arn, startDate: seconds(startedAt) };
    },

    async DescribeExecution(input: Input) {
      await engine.loaded();
      return described(await known(input), clock.now());
    },

    async ListExecutions(input: Input) {
      await engine.loaded();
      const machine = knownMachine(input);
      const status = oneOf(input, "statusFilter", STATUSES);
      const redriven = oneOf(input, "redriveFilter", REDRIVE_FILTERS);
      const all = executions
        .list(machine.arn)
        .filter((one) => status === undefined || one.status === status)
        .filter((one) => redriven === undefined || one.redriveCount > 0 === (redriven === "REDRIVEN"));
      const { items, nextToken } = page(input, all);
      const listed = items.map(({ startedAt, stoppedAt, redrivenAt, ...summary }) => ({
        ...summary,
        startDate: seconds(startedAt),
        ...(stoppedAt !== undefined && { stopDate: seconds(stoppedAt) }),
        ...(redrivenAt !== undefined && { redriveDate: seconds(redrivenAt) }),
      }));
      return { executions: listed, ...(nextToken !== undefined && { nextToken }) };
    },

    async GetExecutionHistory(input: Input) {
      await engine.loaded();
      return historyPage(input, (await known(input)).history);
    },

    async StopExecution(input: Input) {
      await engine.loaded();
      const error = optionalText(input, "error", LONGEST_ERROR);
      const cause = optionalText(input, "cause", LONGEST_CAUSE);
      const projection = await known(input);
      const execution = executions.running(projection.start.executionArn);
      const root = projection.flows.get(ROOT);
      if (execution && root) {
        execution.end("ABORTED", { error, cause }, lastEventIn(root));
        await execution.commit();
      }
      return { stopDate: seconds(projection.stoppedAt ?? clock.now()) };
    },

    async RedriveExecution(input: Input) {
      await engine.loaded();
      const arn = checkArn(text(input, "executionArn", LONGEST_ARN), "execution");
      const answer = await executions.redrive(arn, clientToken(input));
      switch (answer.outcome) {
        case "redriven":
        case "repeated":
          return { redriveDate: seconds(answer.redrivenAt) };
        case "refused":
          throw new AwsError("ExecutionNotRedrivable", answer.reason);
        case "full":
          throw new AwsError("ExecutionLimitExceeded", "Execution Limit Exceeded");
        case "unknown":
          throw new AwsError("ExecutionDoesNotExist", `Execution Does Not Exist: '${arn}'`);
      }
    },
  };

  /** Asking again for what runs already is no error; asking for what ended, or with other input, is. */
  async function startedBefore(arn: string, data: string) {
    const execution = executions.running(arn);
    if (execution && execution.projection.start.input === data) {
      await execution.commit();
      return { executionArn: arn, startDate: seconds(execution.projection.start.startedAt) };
    }
    throw new AwsError("ExecutionAlreadyExists", `Execution Already Exists: '${arn}'`);
  }
}

function inputData(input: Input): string {
  const data = input.input ?? "{}";
  if (typeof data !== "string") throw invalidField("input", data, "Member must be a string");
  if (data.length > LARGEST_DATA || Buffer.byteLength(data) > LARGEST_DATA) {
    throw invalidField("input", "…", `Member must have length less than or equal to ${LARGEST_DATA}`);
  }
  try {
    JSON.parse(data);
    return data;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : "it is not JSON";
    throw new AwsError("InvalidExecutionInput", `Invalid State Machine Execution Input: '${reason}'`);
  }
}

function clientToken(input: Input): string | undefined {
  const token = optionalText(input, "clientToken", 1_000);
  if (token === undefined || CLIENT_TOKEN.test(token)) return token;
  throw invalidField("clientToken", token, "Member must satisfy regular expression pattern: [!-~]{1,64}");
}

function oneOf(input: Input, field: string, values: readonly string[]): string | undefined {
  const value = optionalText(input, field, 100);
  if (value === undefined || values.includes(value)) return value;
  throw invalidField(field, value, `Member must satisfy enum value set: [${values}]`);
}

function described(projection: Projection, now: number) {
  const { start, status, stoppedAt, output, error, cause, redriveCount, redrivenAt } = projection;
  return {
    executionArn: start.executionArn,
    stateMachineArn: start.stateMachineArn,
    name: start.name,
    status,
    startDate: seconds(start.startedAt),
    ...(stoppedAt !== undefined && { stopDate: seconds(stoppedAt) }),
    input: start.input,
    inputDetails: { included: true },
    ...(output !== undefined && { output, outputDetails: { included: true } }),
    ...(error !== undefined && { error }),
    ...(cause !== undefined && { cause }),
    redriveCount,
    ...(redrivenAt !== undefined && { redriveDate: seconds(redrivenAt) }),
    ...redrivability(standingOf(projection), now),
  };
}

/** Fields of details that hold what people and services said. */
const DATA = new Set(["input", "output", "parameters", "assignedVariables"]);

/** The page of a history that a request asks for, as the wire has it. */
function historyPage(input: Input, history: readonly HistoryEvent[]) {
  const ordered = input.reverseOrder === true ? history.toReversed() : history;
  const { items, nextToken } = page(input, ordered);
  const withData = input.includeExecutionData !== false;
  const events = items.map((event) => ({
    ...(withData ? event : withoutData(event)),
    timestamp: seconds(event.timestamp),
  }));
  return { events, ...(nextToken !== undefined && { nextToken }) };
}

function withoutData(event: HistoryEvent): HistoryEvent {
  const field = detailsField(event.type);
  const details = event[field];
  if (details === undefined) return event;
  const kept = Object.entries(details as object).filter(([key]) => !DATA.has(key));
  return { ...event, [field]: Object.fromEntries(kept) };
}
