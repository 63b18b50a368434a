import type { BedrockClient } from "@aws-sdk/client-bedrock";
import type { Model } from "./models.ts";

/** What a model must do. */
export type Modality = "TEXT" | "IMAGE";

/** Where the post-processing will run. */
export interface Place {
  readonly region: string;
  /** The stage has post-processing already: its account may keep using models that are closed to new customers. */
  readonly running: boolean;
  readonly now: number;
}

/** A finding about a model: `missing` keeps it from working, a `warning` will some day. */
export interface Finding {
  readonly kind: "missing" | "warning";
  readonly line: string;
}

/** Bedrock's operations for the check, loaded with its client. */
export type Bedrock = typeof import("@aws-sdk/client-bedrock");

/** Checks a model that a variable names: why it cannot be called in the Region, and how to fix that. */
export async function missingModel(
  variable: string,
  model: Model,
  modality: Modality,
  place: Place,
  client: BedrockClient,
  bedrock: Bedrock,
): Promise<Finding[]> {
  const { region } = place;
  const says = (kind: Finding["kind"], what: string, fix: string): Finding => ({
    kind,
    line: `${variable}: ${model.text} ${what}; ${fix}`,
  });
  const missing = (what: string, fix: string) => [says("missing", what, fix)];
  const lookUp = `aws bedrock list-foundation-models --region ${region} --by-output-modality ${modality} lists them`;

  if (model.region && model.region !== region)
    return missing(`is in ${model.region}, and the stage in ${region}`, `name one of ${region}`);

  /** The foundation model behind it. */
  async function foundation(): Promise<string | Finding[] | undefined> {
    switch (model.kind) {
      case "foundation":
        return model.model;
      case "profile":
      case "application-inference-profile": {
        const inferenceProfileIdentifier = model.kind === "profile" ? model.profile : model.arn;
        const profile = await found(
          client.send(new bedrock.GetInferenceProfileCommand({ inferenceProfileIdentifier })),
        );
        if (!profile)
          return missing(
            `is not an inference profile of ${region}`,
            `aws bedrock list-inference-profiles --region ${region} lists them`,
          );
        if (profile.status !== "ACTIVE")
          return missing(`is ${profile.status} in ${region}`, "name an active inference profile");
        return profile.models?.[0]?.modelArn?.split("/").at(-1);
      }
      case "provisioned-model": {
        const it = await found(
          client.send(new bedrock.GetProvisionedModelThroughputCommand({ provisionedModelId: model.arn })),
        );
        if (!it) return missing(`does not exist in ${region}`, "buy its throughput, or name another model");
        return it.status === "InService"
          ? undefined
          : missing(`is ${it.status} in ${region}`, "wait until it is InService");
      }
      case "imported-model":
        return (await found(client.send(new bedrock.GetImportedModelCommand({ modelIdentifier: model.arn }))))
          ? undefined
          : missing(`does not exist in ${region}`, "import it, or name another model");
      case "custom-model-deployment": {
        const it = await found(
          client.send(
            new bedrock.GetCustomModelDeploymentCommand({ customModelDeploymentIdentifier: model.arn }),
          ),
        );
        if (!it) return missing(`does not exist in ${region}`, "deploy it, or name another model");
        return it.status === "Active"
          ? undefined
          : missing(`is ${it.status} in ${region}`, "wait until it is Active");
      }
    }
  }

  async function baseModel(id: string): Promise<Finding[]> {
    const answer = await found(client.send(new bedrock.GetFoundationModelCommand({ modelIdentifier: id })));
    const details = answer?.modelDetails;
    const bare = model.kind === "foundation";
    if (!details) return bare ? missing(`is not a model of Bedrock in ${region}`, lookUp) : [];
    const { modelLifecycle, outputModalities = [], inferenceTypesSupported = [] } = details;
    const { status, endOfLifeTime } = modelLifecycle ?? {};
    const end = endOfLifeTime && `${endOfLifeTime.toISOString().slice(0, 10)}`;
    if (endOfLifeTime && endOfLifeTime.getTime() <= place.now)
      return missing(`reached its end in ${region} on ${end}`, `name an active model: ${lookUp}`);
    const findings: Finding[] = [];
    if (status === "LEGACY")
      findings.push(
        says(
          place.running ? "warning" : "missing",
          `is Legacy in ${region}, where Bedrock refuses new users${end ? `, and ends on ${end}` : ""}`,
          `name an active model: ${lookUp}`,
        ),
      );
    if (outputModalities.length > 0 && !outputModalities.includes(modality))
      findings.push(
        says("missing", `answers with ${outputModalities.join(" and ")}, not ${modality}`, lookUp),
      );
    if (bare && inferenceTypesSupported.length > 0 && !inferenceTypesSupported.includes("ON_DEMAND"))
      findings.push(
        says(
          "missing",
          `cannot be called directly in ${region}`,
          `name one of its inference profiles, such as global.${id}: aws bedrock list-inference-profiles --region ${region} lists them`,
        ),
      );
    return [...findings, ...(await access(id, bare))];
  }

  async function access(id: string, bare: boolean): Promise<Finding[]> {
    const it = await found(client.send(new bedrock.GetFoundationModelAvailabilityCommand({ modelId: id })));
    if (!it) return [];
    if (bare && it.regionAvailability === "NOT_AVAILABLE")
      return missing(`is not offered in ${region}`, lookUp);
    if (it.authorizationStatus === "NOT_AUTHORIZED")
      return missing(
        `may not be used by this account in ${region}`,
        "allow it in the organization's policies, or name another model",
      );
    if (it.agreementAvailability?.status !== "AVAILABLE" || it.entitlementAvailability === "NOT_AVAILABLE")
      return missing(
        `is not enabled for this account in ${region}`,
        "enable it in Bedrock's console (Model catalog) as somebody who may subscribe; Anthropic asks for a use case there",
      );
    return [];
  }

  try {
    const id = await foundation();
    return typeof id === "string" ? await baseModel(id) : (id ?? []);
  } catch (cause) {
    if (isDenied(cause))
      return missing(
        `could not be looked up in ${region}: you may not call ${cause.message.match(/bedrock:\w+/)?.[0] ?? "Bedrock"}`,
        "docs/deployer-policy-post-processing.json has the permissions",
      );
    if (isNowhere(cause))
      return missing(`cannot be reached: there is no Bedrock in ${region}`, "choose another Region");
    throw new Error(`${variable}: Bedrock could not be asked in ${region}: ${(cause as Error).message}`, {
      cause,
    });
  }
}

/** Undefined for what Bedrock does not know, or an id in a form that it refuses. */
async function found<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (cause) {
    const { name } = cause as Error;
    if (name === "ResourceNotFoundException" || name === "ValidationException") return undefined;
    throw cause;
  }
}

export const isDenied = (cause: unknown): cause is Error =>
  cause instanceof Error && /^AccessDenied(Exception)?$/.test(cause.name);

/** A Region without a service has no address for it. */
export const isNowhere = (cause: unknown): boolean =>
  (cause as { code?: unknown } | undefined)?.code === "ENOTFOUND";
