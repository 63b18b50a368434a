import { installPlatform } from "../../scripts/synth/platform.ts";
import type { Synthesis } from "../../scripts/synth/resource.ts";
import { synthesize } from "../../scripts/synth/synthesize.ts";
import { outsideModel, postProcessing } from "./stage.ts";

export const stageNames = ["dev", "production"] as const;
export type Stages = Readonly<Record<(typeof stageNames)[number], Synthesis>>;

/** The settings of the stage `dev`; production has no publishers. */
export const publishers = [
  { principal: "arn:aws:iam::123456789012:role/orders", source: "orders", subjects: ["order/"] },
  { principal: "210987654321", source: "orders", subjects: ["offer/"] },
];

let evaluated: Promise<Stages> | undefined;

/**
 * Two stages that several test files share, evaluated once for each worker: `production` is only the core, with default
 * settings, and `dev` has everything that a stage can have.
 */
export const evaluatedStages = (): Promise<Stages> => {
  evaluated ??= evaluate();
  return evaluated;
};

async function evaluate(): Promise<Stages> {
  await installPlatform(console.log);
  // Functions are the same in every stage, so bundling them once is enough.
  const production = await synthesize({ stage: "production", docker: false });
  const environment = {
    ...postProcessing,
    ...outsideModel,
    CALLBOARD_PUBLISHERS: JSON.stringify(publishers),
    CALLBOARD_SERVERLESS_VIDEO: "true",
    CALLBOARD_MAIL_FROM: "Callboard <board@callboard.example>",
    CALLBOARD_SMTP_URL: "smtp://board@mail.example.com",
    CALLBOARD_PLUGINS: "true",
  };
  return { production, dev: await synthesize({ stage: "dev", functions: "none", environment }) };
}
