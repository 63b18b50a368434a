import type { Channel, HeadName, ListedValue, ProgressReported } from "@callboard/protocol";
import type { HeadStore } from "../../ports/index.ts";
import { itemsOf } from "../../testing/heads.ts";
import { executionArn, memoryStage, type Stage } from "../../testing/memory-stage.ts";

export const all = "list:video" as const;
export const anas = "list:video/user/ana" as const;
export const avatar = { object: { key: "avatars/v_1.png", mediaType: "image/png" } };

/** What was done to the heads of lists. */
interface Counted {
  opened: HeadName[];
  committed: HeadName[];
}

/** A stage that lists videos, counts accesses to lists, and can disturb each write. */
export function listing(
  lists: readonly string[] = ["video"],
  commit?: (
    change: Parameters<HeadStore["commit"]>[0],
    next: HeadStore["commit"],
  ) => ReturnType<HeadStore["commit"]>,
) {
  const counted: Counted = { opened: [], committed: [] };
  const isList = (name: string) => name.startsWith("list:");
  const stage = memoryStage(({ heads }) => ({
    lists: new Set(lists),
    heads: {
      ...heads,
      async open(name) {
        if (isList(name)) counted.opened.push(name);
        return heads.open(name);
      },
      async commit(change) {
        if (isList(change.before.name)) counted.committed.push(change.before.name);
        return commit ? commit(change, heads.commit) : heads.commit(change);
      },
    },
  }));
  return { ...stage, counted };
}

export async function linesOf({ ports }: Pick<Stage, "ports">, list: Channel): Promise<ListedValue[]> {
  const items = (await itemsOf(ports, list)).filter(({ value }) => value !== null);
  return items.map(({ value }) => value as ListedValue).sort((a, b) => b.startedAt - a.startedAt);
}

export const lineOf = async (stage: Pick<Stage, "ports">, list: Channel = all) =>
  (await linesOf(stage, list))[0];

/** Reports a new run about a subject. */
export async function begin(stage: Stage, name: string, more: Partial<ProgressReported> = {}): Promise<void> {
  const execution = executionArn.replace(/e1$/, name);
  const detail = { subject: `video/${name}`, step: "execution", state: "started", at: stage.now() } as const;
  await stage.app.progress.report({ ...detail, ...more }, { ...stage.envelope(), execution });
}

export const end = (
  stage: Stage,
  status: "FAILED" | "TIMED_OUT" | "ABORTED" = "FAILED",
  arn = executionArn,
) =>
  stage.app.progress.executionChanged({
    executionArn: arn,
    name: "e1",
    status,
    startDate: stage.now() - 1000,
    stopDate: stage.now(),
    error: "States.Runtime",
    cause: "a secret of its owners",
  } as Parameters<Stage["app"]["progress"]["executionChanged"]>[0]);
