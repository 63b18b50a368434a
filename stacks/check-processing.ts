import { missingInRegion } from "./region-check.ts";
import type { StageSettings } from "./stage-settings.ts";

/**
 * Checks before any change. A stage whose post-processing was deployed before it became optional keeps or loses it only
 * by an explicit setting. A stage that wants it is checked for what its Region lacks. Throws if either fails.
 */
export async function checkProcessing({ models, isPostProcessingSet }: StageSettings): Promise<void> {
  if (!models && isPostProcessingSet) return;
  const running = await isThere();
  if (running && !isPostProcessingSet) throw new Error(instructions($app.stage));
  if (!models) return;
  const { region } = await aws.getRegion({});
  const found = await missingInRegion(
    { models, region, running, now: Date.now(), container: !$dev },
    process.env,
  );
  const lines = (kind: string) => found.filter((one) => one.kind === kind).map(({ line }) => line);
  for (const line of lines("warning")) console.warn(line);
  const missing = lines("missing");
  if (missing.length > 0)
    throw new Error(
      [`the post-processing of stage ${$app.stage} would not work. Nothing was changed.`, ...missing].join(
        "\n",
      ),
    );
}

/** Whether the stage has the state machine, by the tags that SST sets on everything that it deploys. */
async function isThere(): Promise<boolean> {
  const { resourceTagMappingLists } = await aws.resourcegroupstaggingapi.getResources({
    resourceTypeFilters: ["states:stateMachine"],
    tagFilters: [
      { key: "sst:app", values: [$app.name] },
      { key: "sst:stage", values: [$app.stage] },
    ],
  });
  return resourceTagMappingLists.some(({ resourceArn }) => resourceArn.endsWith("-post-processing"));
}

const instructions = (stage: string): string =>
  [
    `stage ${stage} has the post-processing of videos, which this version deploys only on request.`,
    "Nothing was changed. Set CALLBOARD_POST_PROCESSING:",
    "true keeps it, and then CALLBOARD_TEXT_MODEL and CALLBOARD_IMAGE_MODEL name its models;",
    "false removes it and stops its executions.",
    "docs/deploy.md, Post-processing, explains it.",
  ].join("\n");
