import { AwsError } from "../../endpoint/aws-json.ts";
import { checkArn, stateMachineArn } from "../arn.ts";
import type { MachineDefinition } from "../asl.ts";
import { checkDefinition, parseDefinition } from "../definition.ts";
import type { Machine } from "../machines.ts";
import { type Engine, type Input, nameText, optionalText, page, seconds, text } from "./operation.ts";

const MAX_DEFINITION_SIZE = 1_048_576;
const MAX_ARN_LENGTH = 256;
const MAX_DIAGNOSTICS = 100;

/** The operations on state machines. */
export function machineOperations(engine: Engine) {
  const { clock, place, machines, executions, newId } = engine;

  const known = (arn: string, machine: Machine | undefined): Machine => {
    if (machine) return machine;
    throw new AwsError("StateMachineDoesNotExist", `State Machine Does Not Exist: '${arn}'`);
  };

  return {
    async CreateStateMachine(input: Input) {
      await engine.loaded();
      const name = nameText(text(input, "name", 1_000));
      const definition = text(input, "definition", MAX_DEFINITION_SIZE);
      const roleArn = text(input, "roleArn", MAX_ARN_LENGTH);
      const type = optionalText(input, "type", 20) ?? "STANDARD";
      if (type !== "STANDARD") {
        throw new AwsError("StateMachineTypeNotSupported", `State machines of type ${type} do not run here`);
      }
      parseDefinition(definition);
      const arn = stateMachineArn(place, name);
      const now = clock.now();
      const machine = { arn, name, roleArn, definition, revisionId: newId(), createdAt: now, updatedAt: now };
      const creation = await machines.create(machine);
      if (creation.outcome === "full") {
        throw new AwsError("StateMachineLimitExceeded", "State Machine Limit Exceeded");
      }
      // As on AWS, another role makes no difference.
      if (creation.machine.definition === definition) return created(creation.machine);
      throw new AwsError("StateMachineAlreadyExists", `State Machine Already Exists: '${arn}'`);
    },

    async UpdateStateMachine(input: Input) {
      await engine.loaded();
      const arn = checkArn(text(input, "stateMachineArn", MAX_ARN_LENGTH), "stateMachine");
      const definition = optionalText(input, "definition", MAX_DEFINITION_SIZE);
      const roleArn = optionalText(input, "roleArn", MAX_ARN_LENGTH);
      known(arn, machines.find(arn));
      if (definition !== undefined) parseDefinition(definition);
      const change = {
        ...(definition !== undefined && { definition }),
        ...(roleArn !== undefined && { roleArn }),
        revisionId: newId(),
        updatedAt: clock.now(),
      };
      const updated = known(arn, await machines.update(arn, change));
      return { updateDate: seconds(updated.updatedAt), revisionId: updated.revisionId };
    },

    async DeleteStateMachine(input: Input) {
      await engine.loaded();
      const arn = checkArn(text(input, "stateMachineArn", MAX_ARN_LENGTH), "stateMachine");
      if (machines.find(arn)) await machines.delete(arn);
      return {};
    },

    async DescribeStateMachine(input: Input) {
      await engine.loaded();
      const arn = checkArn(text(input, "stateMachineArn", MAX_ARN_LENGTH), "stateMachine");
      const machine = known(arn, machines.find(arn));
      return {
        stateMachineArn: machine.arn,
        name: machine.name,
        status: "ACTIVE",
        definition: machine.definition,
        roleArn: machine.roleArn,
        type: "STANDARD",
        creationDate: seconds(machine.createdAt),
        loggingConfiguration: { level: "OFF", includeExecutionData: false },
        tracingConfiguration: { enabled: false },
        revisionId: machine.revisionId,
      };
    },

    async DescribeStateMachineForExecution(input: Input) {
      await engine.loaded();
      const arn = checkArn(text(input, "executionArn", MAX_ARN_LENGTH), "execution");
      const start = executions.find(arn)?.start;
      if (!start) throw new AwsError("ExecutionDoesNotExist", `Execution Does Not Exist: '${arn}'`);
      return {
        stateMachineArn: start.stateMachineArn,
        name: start.stateMachineName,
        definition: start.definition,
        roleArn: start.roleArn,
        updateDate: seconds(start.machineUpdatedAt),
        loggingConfiguration: { level: "OFF", includeExecutionData: false },
        tracingConfiguration: { enabled: false },
      };
    },

    async ListStateMachines(input: Input) {
      await engine.loaded();
      const { items, nextToken } = page(input, machines.all());
      const stateMachines = items.map((machine) => ({
        stateMachineArn: machine.arn,
        name: machine.name,
        type: "STANDARD",
        creationDate: seconds(machine.createdAt),
      }));
      return { stateMachines, ...(nextToken !== undefined && { nextToken }) };
    },

    /**
     * As on AWS, warnings are returned only for the severity WARNING; here they are states whose service is not
     * available.
     */
    async ValidateStateMachineDefinition(input: Input) {
      const definition = text(input, "definition", MAX_DEFINITION_SIZE);
      const isAsked = input.severity === "WARNING";
      const errors = checkDefinition(definition).map((problem) => ({ severity: "ERROR", ...problem }));
      const isValid = errors.length === 0;
      const warnings = isValid && isAsked ? engine.unserved(JSON.parse(definition) as MachineDefinition) : [];
      const all = [...errors, ...warnings.map((problem) => ({ severity: "WARNING", ...problem }))];
      return {
        result: isValid ? "OK" : "FAIL",
        diagnostics: all.slice(0, MAX_DIAGNOSTICS),
        truncated: all.length > MAX_DIAGNOSTICS,
      };
    },
  };
}

function created(machine: Machine) {
  return { stateMachineArn: machine.arn, creationDate: seconds(machine.createdAt) };
}
