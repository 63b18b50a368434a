import type { Resource, Synthesis } from "../../scripts/synth/resource.ts";

/** Settings of a stage with post-processing and pictures. */
export const postProcessing = {
  CALLBOARD_POST_PROCESSING: "true",
  CALLBOARD_TEXT_MODEL: "us.anthropic.claude-sonnet-4-6",
  CALLBOARD_IMAGE_MODEL: "stability.stable-image-core-v1:1",
};

/** Also with a model outside AWS. */
export const outsideModel = {
  CALLBOARD_MODEL_URL: "https://api.openai.com/v1",
  CALLBOARD_MODEL_NAME: "gpt-5-mini",
};

/** A statement of a policy, with its fields as lists. */
export interface Statement {
  readonly effect: string;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly conditions: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
}

/** A function of the stage with its permissions. */
export interface StageFunction {
  readonly name: string;
  readonly arn: string;
  /** `packages/functions/src/lambda/ingest.handler`. */
  readonly handler: string;
  readonly inputs: Resource["inputs"];
  readonly variables: Readonly<Record<string, string>>;
  readonly statements: readonly Statement[];
}

const account = "arn:aws:lambda:us-east-1:123456789012:function:";

export const ofType = ({ resources }: Synthesis, type: string): Resource[] =>
  resources.filter((resource) => resource.type === type);

export function one({ resources }: Synthesis, type: string, name?: string): Resource {
  const found = resources.filter((resource) => resource.type === type && (!name || resource.name === name));
  if (found.length !== 1) throw new Error(`${found.length} of ${type} ${name ?? ""}`);
  return found[0]!;
}

/** Text at any depth: `get(inputs, "environment", "variables")`. */
export function get<T = string>(value: unknown, ...path: (string | number)[]): T | undefined {
  let at = value as Record<string | number, unknown> | undefined;
  for (const step of path) at = at?.[step] as typeof at;
  return at as T | undefined;
}

const list = (value: unknown): string[] => (value === undefined ? [] : ([value].flat() as string[]));

interface RawStatement {
  readonly Effect: string;
  readonly Action?: string | string[];
  readonly Resource?: string | string[];
  readonly Condition?: Record<string, Record<string, string | string[]>>;
}

/** The statements of a policy's JSON. */
export function statementsOf(json: string): Statement[] {
  const { Statement: statements } = JSON.parse(json) as { Statement: RawStatement[] };
  return statements.map(({ Effect, Action, Resource: resources, Condition = {} }) => ({
    effect: Effect,
    actions: list(Action),
    resources: list(resources),
    conditions: Object.fromEntries(
      Object.entries(Condition).map(([test, of]) => [
        test,
        Object.fromEntries(Object.entries(of).map(([variable, values]) => [variable, list(values)])),
      ]),
    ),
  }));
}

/** The statements of a role's inline policies, unchanged. */
export const rawStatementsOfRole = (role: Resource): object[] =>
  (get<{ policy: string }[]>(role.inputs, "inlinePolicies") ?? []).flatMap(
    ({ policy }) => (JSON.parse(policy) as { Statement: object[] }).Statement,
  );

/** A role's permissions from its inline policies. */
export const statementsOfRole = (role: Resource): Statement[] =>
  (get<{ policy: string }[]>(role.inputs, "inlinePolicies") ?? []).flatMap(({ policy }) =>
    statementsOf(policy),
  );

/** Every function with code of ours. */
export function functionsOf(stage: Synthesis): StageFunction[] {
  const roles = new Map(
    ofType(stage, "aws:iam/role:Role").map((role) => [
      `arn:aws:iam::123456789012:role/${role.inputs.name ?? role.name}`,
      role,
    ]),
  );
  return ofType(stage, "aws:lambda/function:Function").map(({ name, inputs }) => {
    const role = roles.get(String(inputs.role));
    if (!role) throw new Error(`${name} has no role`);
    return {
      name: name.replace(/Function$/, ""),
      arn: `${account}${inputs.name ?? name}`,
      handler: String(inputs.handler),
      inputs,
      variables: get<Record<string, string>>(inputs, "environment", "variables") ?? {},
      statements: statementsOfRole(role),
    };
  });
}
