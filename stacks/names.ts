import { createHash } from "node:crypto";

/**
 * `<app>-<stage>-<name>`, for what is not named by SST's own components. A stage whose name is too long for what is named
 * is cut and told apart by a hash: SST takes any length of letters, digits and dashes.
 */
export function stageName(longest: number, name = ""): string {
  const end = name && `-${name}`;
  const stage = stageId();
  if (stage.length + end.length <= longest) return `${stage}${end}`;
  const hash = createHash("sha256").update(stage).digest("hex").slice(0, 8);
  return `${stage.slice(0, longest - end.length - hash.length - 1)}-${hash}${end}`;
}

/** What metrics of a stage are told apart by. */
export const stageId = (): string => `${$app.name}-${$app.stage}`;

/** How long the names may be that AWS gives no more room. */
export const longestName = {
  archive: 48,
  connection: 64,
  rule: 64,
  queue: 80,
  stateMachine: 80,
  alarm: 255,
  bus: 256,
  logGroup: 512,
} as const;
