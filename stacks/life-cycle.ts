import { readFileSync } from "node:fs";
import { join } from "node:path";
import { lifecycleTable, pluginManager, pluginRow } from "@callboard/functions/deployment";
import {
  lifecycleDefinition,
  lifecycleFiles,
  lifecycleRules,
  ownPlugins,
  pluginRules,
  recordingDefinition,
} from "@callboard/video/life-cycle";
import type { WorkflowParts } from "./assembly.ts";
import type { RuleParts } from "./bus.ts";
import { callboardFunction, keepFailures, mayKeepFailures } from "./functions.ts";
import { longestName, type Names } from "./names.ts";
import { mayPutAs, policyOf, type Statement, tableOf } from "./permissions.ts";
import type { StageSettings } from "./stage-settings.ts";
import { writeLog } from "./workflow.ts";

/** The functions of the video application's plugins, by their names in the registry. */
const pluginNames = {
  "duration-limit": "DurationLimit",
  "title-and-description": "TitleAndDescription",
} as const;

/** The source of events about videos. */
const VIDEO_MANAGER = "serverlessVideo.videoManager";

/** The parts of the post-processing that the life cycle uses. */
export interface Processing {
  readonly stateMachine: aws.sfn.StateMachine;
  readonly probe: sst.aws.Function;
}

/**
 * The plugin life cycle of videos: its state machine with the registry, the function that starts it for an upload, and
 * the plugins of the video application. With the rules that start all of these.
 */
export function lifecycle(
  names: Names,
  settings: StageSettings,
  on: WorkflowParts,
  { stateMachine, probe }: Processing,
) {
  const { own, table, failed } = on;
  const runs = (machine: aws.sfn.StateMachine) =>
    machine.arn.apply((arn) => `${arn.replace(":stateMachine:", ":execution:")}:*`);
  // The same files that run locally; bundled code cannot find them next to itself.
  const source = (file: string) => readFileSync(join($cli.paths.root, "packages/video", file), "utf8");
  const mayReport: Statement = { actions: ["events:PutEvents"], resources: [own.arn] };

  const cycle = machine(names, settings, "PluginLifecycle", "plugin-lifecycle", {
    definition: $util
      .all([own.name, table.name])
      .apply(([BusName, TableName]) =>
        lifecycleDefinition({ BusName, TableName, ...lifecycleTable }, source(lifecycleFiles.lifecycle)),
      ),
    statements: [mayReport, mayPutAs([pluginManager, VIDEO_MANAGER]), ...tableOf.lifecycle(table)],
  });
  const recording = machine(names, settings, "Recording", "recording", {
    definition: $util
      .all([own.name, probe.arn])
      .apply(([BusName, ProbeFunction]) =>
        recordingDefinition({ BusName, ProbeFunction }, source(lifecycleFiles.recording)),
      ),
    statements: [
      mayReport,
      mayPutAs([VIDEO_MANAGER]),
      { actions: ["lambda:InvokeFunction"], resources: [probe.arn] },
    ],
  });
  const plugin = (
    name: keyof typeof pluginNames,
    more: Pick<Parameters<typeof callboardFunction>[3], "environment"> & { permissions?: Statement[] } = {},
  ) => {
    const fn = callboardFunction(names, settings, pluginNames[name], {
      file: `packages/video/src/lambda/${name}`,
      memory: "512 MB",
      timeout: "30 seconds",
      ...(more.environment ? { environment: more.environment } : {}),
      permissions: [
        mayPutAs([`serverlessVideo.plugin.${name}`]),
        ...(more.permissions ?? []),
        mayKeepFailures(failed),
      ],
    });
    keepFailures(names.inStack(pluginNames[name]), fn, failed, 2);
    return fn;
  };
  const plugins = {
    "duration-limit": plugin("duration-limit"),
    "title-and-description": plugin("title-and-description", {
      environment: { STATE_MACHINE_ARN: stateMachine.arn, RECORDING_ARN: recording.stateMachine.arn },
      permissions: [
        { actions: ["states:StartExecution"], resources: [stateMachine.arn] },
        {
          actions: ["states:DescribeExecution"],
          resources: [runs(stateMachine), runs(recording.stateMachine)],
        },
      ],
    }),
  };
  for (const registered of ownPlugins) {
    const row = Object.entries(pluginRow(registered)).map(([name, text]) => [name, { S: text }]);
    new aws.dynamodb.TableItem(
      names.inStack(`Plugin${pluginNames[registered.name as keyof typeof pluginNames]}`),
      {
        tableName: table.name,
        hashKey: "pk",
        rangeKey: "sk",
        item: JSON.stringify(Object.fromEntries(row)),
      },
    );
  }
  return {
    stateMachines: [cycle.stateMachine.arn, recording.stateMachine.arn],
    recording: recording.stateMachine,
    putting: [cycle.role.arn, recording.role.arn],
    functions: plugins,
    rules: [
      ...startedBy(names, cycle.stateMachine),
      ...pluginRulesOf(stateMachine, plugins),
    ] satisfies RuleParts[],
  };
}

/** The rules that start the life cycle; EventBridge starts it with a role of its own. */
function startedBy({ inStack }: Names, stateMachine: aws.sfn.StateMachine): RuleParts[] {
  const role = new aws.iam.Role(inStack("LifecycleStartRole"), {
    assumeRolePolicy: aws.iam.assumeRolePolicyForPrincipal({ Service: "events.amazonaws.com" }),
    inlinePolicies: [
      {
        name: "inline",
        policy: policyOf([{ actions: ["states:StartExecution"], resources: [stateMachine.arn] }]),
      },
    ],
  });
  return lifecycleRules("").map(({ name }) => ({
    name,
    pattern: stateMachine.arn.apply((arn) =>
      JSON.stringify(lifecycleRules(arn).find((one) => one.name === name)!.pattern),
    ),
    target: stateMachine.arn,
    role: role.arn,
  }));
}

const pluginRulesOf = (
  stateMachine: aws.sfn.StateMachine,
  plugins: Readonly<Record<keyof typeof pluginNames, sst.aws.Function>>,
): RuleParts[] =>
  pluginRules("").map(({ name, plugin }) => ({
    name,
    pattern: stateMachine.arn.apply((arn) =>
      JSON.stringify(pluginRules(arn).find((one) => one.name === name)!.pattern),
    ),
    target: plugins[plugin].arn,
    invokes: plugins[plugin],
  }));

/** A state machine with its role and log. */
function machine(
  { inStack, stageName }: Names,
  { production }: StageSettings,
  name: string,
  inAws: string,
  { definition, statements }: { definition: $util.Input<string>; statements: Statement[] },
): { stateMachine: aws.sfn.StateMachine; role: aws.iam.Role } {
  const fullName = stageName(longestName.stateMachine, inAws);
  const log = new aws.cloudwatch.LogGroup(inStack(`${name}Log`), {
    name: `/aws/vendedlogs/states/${fullName}`,
    retentionInDays: production ? 90 : 7,
  });
  const role = new aws.iam.Role(inStack(`${name}Role`), {
    assumeRolePolicy: aws.iam.assumeRolePolicyForPrincipal({ Service: "states.amazonaws.com" }),
    inlinePolicies: [{ name: "inline", policy: policyOf([...statements, ...writeLog]) }],
  });
  const stateMachine = new aws.sfn.StateMachine(inStack(name), {
    name: fullName,
    type: "STANDARD",
    definition,
    roleArn: role.arn,
    // Execution data contains task tokens.
    loggingConfiguration: {
      level: "ERROR",
      includeExecutionData: false,
      logDestination: $interpolate`${log.arn}:*`,
    },
    tracingConfiguration: { enabled: true },
  });
  return { stateMachine, role };
}
