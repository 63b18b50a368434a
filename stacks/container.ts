import { buildSync } from "esbuild";
import type { BusParts } from "./bus.ts";
import { mayRead, mayWrite, policyOf, type Statement } from "./permissions.ts";
import type { Storage } from "./storage.ts";

/** The container that prepares videos of 15 minutes and longer; under `sst dev` its work runs on this machine. */
export function container(bucket: Storage["bucket"], own: BusParts["own"]) {
  const vpc = new sst.aws.Vpc("Vpc");
  const cluster = new sst.aws.Cluster("Cluster", { vpc });
  const may: Statement[] = [
    ...mayRead(bucket, ["videos/"]),
    mayWrite(bucket, ["videos/"]),
    { actions: ["events:PutEvents"], resources: [own.arn] },
    // Task tokens cannot be named as resources.
    {
      actions: ["states:SendTaskSuccess", "states:SendTaskFailure", "states:SendTaskHeartbeat"],
      resources: ["*"],
    },
  ];
  const task = new sst.aws.Task("PrepareLong", {
    cluster,
    // It is not documented that the stub which `sst dev` runs exists for another architecture.
    architecture: $dev ? "x86_64" : "arm64",
    cpu: "1 vCPU",
    memory: "2 GB",
    image: { context: bundleContainer() },
    environment: { CALLBOARD_BUS: own.name },
    permissions: may.map((one) => ({ ...one, conditions: one.conditions ?? [] })),
    // Built from the sources, so that the latest changes run.
    dev: { command: "npx tsx packages/video/src/container/prepare.ts", directory: "." },
    // SST's own policies would let it read every secret of the account, and open a shell; `sst dev` needs them.
    ...($dev
      ? {}
      : {
          transform: {
            executionRole: { inlinePolicies: [] },
            taskRole: { inlinePolicies: [{ name: "inline", policy: policyOf(may) }] },
          },
        }),
  });
  const list = (values: $util.Input<$util.Input<string>[]>) =>
    $util.output(values).apply((all) => all.join(","));
  return {
    cluster: cluster.nodes.cluster.arn,
    taskDefinition: task.taskDefinition,
    // SST's name for the only container of a task.
    name: "PrepareLong",
    subnets: list(vpc.publicSubnets),
    securityGroups: list(vpc.securityGroups),
    taskRole: task.nodes.taskRole.arn,
    roles: [task.nodes.executionRole.arn, task.nodes.taskRole.arn],
  };
}

/** Bundles the container's program into the folder of its Dockerfile, and returns the folder. */
function bundleContainer(): string {
  const folder = "packages/video/src/container";
  buildSync({
    absWorkingDir: $cli.paths.root,
    entryPoints: [`${folder}/prepare.ts`],
    outfile: `${folder}/prepare.mjs`,
    bundle: true,
    platform: "node",
    format: "esm",
    mainFields: ["module", "main"],
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
    logLevel: "error",
  });
  return folder;
}

/**
 * Only the right to start it: it ends by itself
 * (https://docs.aws.amazon.com/step-functions/latest/dg/connect-ecs.html#connect-ecs-iam).
 */
export const runContainer = ({ taskDefinition, roles }: ReturnType<typeof container>): Statement[] => [
  { actions: ["ecs:RunTask"], resources: [taskDefinition] },
  { actions: ["iam:PassRole"], resources: roles },
];
