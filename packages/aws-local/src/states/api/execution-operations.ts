import { AwsError } from "../../endpoint/aws-json.ts";
import { checkArn, executionArn } from "../arn.ts";
import type { StoredExecution } from "../executions.ts";
import { detailsField, detailsOf, type HistoryEvent } from "../history.ts";
import type { Failure } from "../records.ts";
import { redrivability } from "../redrive.ts";
import {
  type Engine,
  failureText,
  type Input,
  inputData,
  invalidField,
  nameText,
  oneOf,
  optionalText,
  page,
  seconds,
  text,
} from "./operation.ts";

const MAX_ARN_LENGTH = 2_000;
/** As on AWS, PENDING_REDRIVE is not a filter for a machine's executions: only Map Runs have it. */
const STATUSES = ["RUNNING", "SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"];
const REDRIVE_FILTERS = ["REDRIVEN", "NOT_REDRIVEN"];
const CLIENT_TOKEN = /^[!-~]{1,64}$/;

/** The operations on executions. */
export function executionOperations(engine: Engine) {
  const { clock, place, machines, executions, newId } = engine;

  const known = <T>(input: Input, find: (arn: string) => T | undefined): T => {
    const arn = checkArn(text(input, "executionArn", MAX_ARN_LENGTH), "execution");
    const found = find(arn);
    if (found) return found;
    throw new AwsError("ExecutionDoesNotExist", `Execution Does Not Exist: '${arn}'`);
  };
  const summary = (input: Input) => known(input, (arn) => executions.summary(arn));

  const knownMachine = (input: Input) => {
    const arn = checkArn(text(input, "stateMachineArn", MAX_ARN_LENGTH), "stateMachine");
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
      return described(
        known(input, (arn) => executions.find(arn)),
        clock.now(),
      );
    },

    async ListExecutions(input: Input) {
      await engine.loaded();
      const machine = knownMachine(input);
      const status = oneOf(input, "statusFilter", STATUSES);
      const redriven = oneOf(input, "redriveFilter", REDRIVE_FILTERS);
      const all = filter(
        executions.list(machine.arn),
        (one) =>
          (status === undefined || one.status === status) &&
          (redriven === undefined || one.redriveCount > 0 === (redriven === "REDRIVEN")),
      );
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
      const { executionArn: arn } = summary(input);
      return historyPage(input, executions.history(arn, input.reverseOrder === true));
    },

    async StopExecution(input: Input) {
      await engine.loaded();
      const stoppedAt = await executions.stop(summary(input).executionArn, failureText(input));
      return { stopDate: seconds(stoppedAt ?? clock.now()) };
    },

    async RedriveExecution(input: Input) {
      await engine.loaded();
      const arn = checkArn(text(input, "executionArn", MAX_ARN_LENGTH), "execution");
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

  /**
   * Repeating the request of a running execution is allowed; a name that has ended, or that runs with other input, is an
   * error.
   */
  async function startedBefore(arn: string, data: string) {
    const execution = executions.atWork(arn);
    const begun = execution?.projection;
    const isSame = begun?.status === "RUNNING" && begun.start.input === data;
    await execution?.commit();
    if (isSame) return { executionArn: arn, startDate: seconds(begun.start.startedAt) };
    throw new AwsError("ExecutionAlreadyExists", `Execution Already Exists: '${arn}'`);
  }
}

function* filter<T>(all: Iterable<T>, is: (one: T) => boolean): Generator<T> {
  for (const one of all) if (is(one)) yield one;
}

function clientToken(input: Input): string | undefined {
  const token = optionalText(input, "clientToken", 1_000);
  if (token === undefined || CLIENT_TOKEN.test(token)) return token;
  throw invalidField("clientToken", token, "Member must satisfy regular expression pattern: [!-~]{1,64}");
}

function described({ summary, start, end }: StoredExecution, now: number) {
  const { executionArn, stateMachineArn, name, status, startedAt } = summary;
  const { stoppedAt, redriveCount, redrivenAt } = summary;
  const { output, error, cause } = (end ? detailsOf(end) : {}) as { output?: string } & Failure;
  const snapshot = { status, startedAt, stoppedAt, redriveCount, events: end?.id ?? 0 };
  return {
    executionArn,
    stateMachineArn,
    name,
    status,
    startDate: seconds(startedAt),
    ...(stoppedAt !== undefined && { stopDate: seconds(stoppedAt) }),
    input: start.input,
    inputDetails: { included: true },
    ...(output !== undefined && { output, outputDetails: { included: true } }),
    ...(error !== undefined && { error }),
    ...(cause !== undefined && { cause }),
    redriveCount,
    ...(redrivenAt !== undefined && { redriveDate: seconds(redrivenAt) }),
    ...redrivability(snapshot, now),
  };
}

/** Fields of details that contain data of people and services. */
const DATA = new Set(["input", "output", "parameters", "assignedVariables"]);

/** The requested page of a history, in the wire's form. */
function historyPage(input: Input, history: Iterable<HistoryEvent>) {
  const { items, nextToken } = page(input, history);
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
