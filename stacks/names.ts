import { createHash } from "node:crypto";

/** How the parts of one Callboard are called, so that an application can have two. */
export interface Names {
  /** A part's name in the stack: what SST and Pulumi tell resources apart by. */
  inStack(name: string): string;
  /**
   * `<app>-<stage>-<name>`, for what is not named by SST's own components. A stage whose name is too long for what is
   * named is cut and told apart by a hash: SST takes any length of letters, digits and dashes.
   */
  stageName(longest: number, name?: string): string;
  /** What metrics of a stage are told apart by. */
  stageId(): string;
}

/** Names that begin with that of their Callboard; those of an application that is Callboard alone have no such beginning. */
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

/** How long the names may be that AWS gives no more room. */
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
