import { createHash } from "node:crypto";

/** Names of the parts of one Callboard, so that an application can have two. */
export interface Names {
  /** A part's name in the stack, by which SST and Pulumi tell resources apart. */
  inStack(name: string): string;
  /**
   * `<app>-<stage>-<name>`, for resources that SST's own components do not name. If the stage's name is too long for the
   * resource, it is cut and a hash is added: SST allows stage names of any length.
   */
  stageName(longest: number, name?: string): string;
  /** The dimension that separates the metrics of stages. */
  stageId(): string;
}

/** Names with the Callboard's name as prefix; without a prefix in an application that is only Callboard. */
export function namesOf(callboard: string): Names {
  const stageId = () => [$app.name, $app.stage, callboard].filter(Boolean).join("-");
  return {
    inStack: (name) => `${callboard}${name}`,
    stageId,
    stageName(longest, name = "") {
      const end = name && `-${name}`;
      const stage = stageId();
      if (stage.length + end.length <= longest) return `${stage}${end}`;
      const hash = createHash("sha256").update(stage).digest("hex").slice(0, 8);
      return `${stage.slice(0, longest - end.length - hash.length - 1)}-${hash}${end}`;
    },
  };
}

/** The longest names of resources whose length AWS limits. */
export const longestName = {
  archive: 48,
  configurationSet: 64,
  connection: 64,
  rule: 64,
  queue: 80,
  stateMachine: 80,
  alarm: 255,
  bus: 256,
  logGroup: 512,
  parameter: 1011,
} as const;
