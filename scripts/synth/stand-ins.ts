/** AWS's part: attributes and results of provider functions that AWS would compute. */
const REGION = "us-east-1";
const ACCOUNT = "123456789012";
const arn = (service: string, resource: string, { global = false } = {}) =>
  `arn:aws:${service}:${global ? "" : REGION}:${ACCOUNT}:${resource}`;

type Inputs = Record<string, unknown>;
type Attributes = (name: string, inputs: Inputs) => Inputs;

const named = (inputs: Inputs, name: string) => String(inputs.name ?? name);
const byArn =
  (service: string, resource: (name: string) => string, options?: { global: boolean }): Attributes =>
  (name, inputs) => {
    const own = named(inputs, name);
    return { name: own, arn: arn(service, resource(own), options) };
  };

/** Attributes that AWS computes, by the type of the resource. */
const computed: Readonly<Record<string, Attributes>> = {
  "aws:dynamodb/table:Table": byArn("dynamodb", (name) => `table/${name}`),
  "aws:s3/bucket:Bucket": (name, inputs) => {
    const bucket = String(inputs.bucket ?? name.toLowerCase());
    return {
      bucket,
      arn: `arn:aws:s3:::${bucket}`,
      bucketDomainName: `${bucket}.s3.amazonaws.com`,
      bucketRegionalDomainName: `${bucket}.s3.${REGION}.amazonaws.com`,
    };
  },
  "aws:cloudwatch/eventBus:EventBus": byArn("events", (name) => `event-bus/${name}`),
  "aws:cloudwatch/eventRule:EventRule": (name, inputs) => ({
    name: named(inputs, name),
    // On the default bus, a rule's ARN contains no bus.
    arn: arn(
      "events",
      ["rule", inputs.eventBusName === "default" ? undefined : inputs.eventBusName, named(inputs, name)]
        .filter(Boolean)
        .join("/"),
    ),
  }),
  "aws:cloudwatch/eventArchive:EventArchive": byArn("events", (name) => `archive/${name}`),
  "aws:cloudwatch/eventConnection:EventConnection": (name, inputs) => ({
    arn: arn("events", `connection/${named(inputs, name)}/00000000-0000-0000-0000-000000000000`),
    secretArn: arn("secretsmanager", `secret:events!connection/${named(inputs, name)}`),
  }),
  "aws:cloudwatch/logGroup:LogGroup": byArn("logs", (name) => `log-group:${name}`),
  "aws:cloudwatch/metricAlarm:MetricAlarm": byArn("cloudwatch", (name) => `alarm:${name}`),
  "aws:lambda/function:Function": (name, inputs) => {
    const own = named(inputs, name);
    const of = arn("lambda", `function:${own}`);
    return {
      name: own,
      arn: of,
      qualifiedArn: `${of}:1`,
      invokeArn: `arn:aws:apigateway:${REGION}:lambda:path/2015-03-31/functions/${of}/invocations`,
    };
  },
  "aws:iam/role:Role": byArn("iam", (name) => `role/${name}`, { global: true }),
  "aws:sqs/queue:Queue": (name, inputs) => {
    const own = named(inputs, name);
    return {
      name: own,
      arn: arn("sqs", own),
      url: `https://sqs.${REGION}.amazonaws.com/${ACCOUNT}/${own}`,
    };
  },
  "aws:sesv2/configurationSet:ConfigurationSet": (_, { configurationSetName }) => ({
    arn: arn("ses", `configuration-set/${configurationSetName}`),
  }),
  "aws:ssm/parameter:Parameter": byArn("ssm", (name) => `parameter/${name}`),
  "aws:sns/topic:Topic": byArn("sns", (name) => name),
  "aws:sfn/stateMachine:StateMachine": byArn("states", (name) => `stateMachine:${name}`),
  "aws:scheduler/schedule:Schedule": byArn("scheduler", (name) => `schedule/default/${name}`),
  "aws:apigatewayv2/api:Api": (name, inputs) => ({
    apiEndpoint: `${inputs.protocolType === "WEBSOCKET" ? "wss" : "https"}://${name.toLowerCase()}.execute-api.${REGION}.amazonaws.com`,
    executionArn: arn("execute-api", name.toLowerCase()),
    arn: `arn:aws:apigateway:${REGION}::/apis/${name.toLowerCase()}`,
  }),
  "aws:cognito/userPool:UserPool": (name) => ({
    arn: arn("cognito-idp", `userpool/${REGION}_${name}`),
    endpoint: `cognito-idp.${REGION}.amazonaws.com/${REGION}_${name}`,
  }),
  "aws:ecs/cluster:Cluster": byArn("ecs", (name) => `cluster/${name}`),
  "aws:ecs/taskDefinition:TaskDefinition": (_, { family }) => ({
    arn: arn("ecs", `task-definition/${family}:1`),
  }),
  "aws:ecr/repository:Repository": (name) => ({
    repositoryUrl: `${ACCOUNT}.dkr.ecr.${REGION}.amazonaws.com/${name}`,
  }),
  "aws:cloudfront/distribution:Distribution": (name) => ({
    arn: arn("cloudfront", `distribution/${name}`, { global: true }),
    domainName: `${name.toLowerCase()}.cloudfront.net`,
    hostedZoneId: "Z2FDTNDATAQYW2",
  }),
  "aws:cloudfront/function:Function": byArn("cloudfront", (name) => `function/${name}`, { global: true }),
  "aws:cloudfront/keyValueStore:KeyValueStore": byArn("cloudfront", (name) => `key-value-store/${name}`, {
    global: true,
  }),
  "aws:cloudfront/originAccessIdentity:OriginAccessIdentity": (name) => ({
    iamArn: `arn:aws:iam::cloudfront:user/${name}`,
    cloudfrontAccessIdentityPath: `origin-access-identity/cloudfront/${name}`,
  }),
  "aws:acm/certificate:Certificate": (name, { domainName }) => ({
    arn: arn("acm", `certificate/${name}`),
    domainValidationOptions: [
      {
        domainName,
        resourceRecordName: `_proof.${domainName}.`,
        resourceRecordType: "CNAME",
        resourceRecordValue: "_proof.acm-validations.aws.",
      },
    ],
  }),
  "aws:apigatewayv2/domainName:DomainName": (name, { domainName, domainNameConfiguration }) => ({
    id: domainName,
    domainNameConfiguration: {
      ...(domainNameConfiguration as object),
      targetDomainName: `${name.toLowerCase()}.execute-api.${REGION}.amazonaws.com`,
      hostedZoneId: "Z1UJRXOUMOOFQ8",
    },
  }),
  "random:index/randomBytes:RandomBytes": () => ({ base64: "c3ludGg=", hex: "73796e7468" }),
};

/** The attributes of a resource after its creation. */
export function attributesOf(type: string, name: string, inputs: Inputs): { id: string; state: Inputs } {
  const more = computed[type]?.(name, inputs) ?? {};
  const id = String(more.name ?? more.bucket ?? name);
  return {
    id: type.startsWith("aws:apigatewayv2/api:") ? name.toLowerCase() : id,
    state: { ...inputs, ...more },
  };
}

interface PolicyStatement {
  readonly effect?: string;
  readonly sid?: string;
  readonly actions?: string[];
  readonly resources?: string[];
  readonly principals?: { readonly type: string; readonly identifiers: string[] }[];
  readonly conditions?: { readonly test: string; readonly variable: string; readonly values: string[] }[];
}

const principalOf = (principals: NonNullable<PolicyStatement["principals"]>) =>
  principals.some(({ type }) => type === "*")
    ? "*"
    : Object.fromEntries(principals.map(({ type, identifiers }) => [type, identifiers]));

function conditionsOf(conditions: NonNullable<PolicyStatement["conditions"]>) {
  const all: Record<string, Record<string, string[]>> = {};
  for (const { test, variable, values } of conditions) all[test] = { ...all[test], [variable]: values };
  return all;
}

/** A policy document, as the provider writes it. */
function policyJson({ statements = [] }: { statements?: PolicyStatement[] }): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: statements.map(
      ({ effect = "Allow", sid, actions, resources, principals, conditions = [] }) => ({
        ...(sid ? { Sid: sid } : {}),
        Effect: effect,
        ...(actions ? { Action: actions } : {}),
        ...(resources ? { Resource: resources } : {}),
        ...(principals?.length ? { Principal: principalOf(principals) } : {}),
        ...(conditions.length > 0
          ? {
              Condition: conditionsOf(conditions),
            }
          : {}),
      }),
    ),
  });
}

/** Resources that the stage has before this deployment, by names with commas between. */
const there = (variable: string): string[] => process.env[variable]?.split(",") ?? [];

function thereOf(type: unknown): string[] {
  if (type === "dynamodb:table") return there("SYNTH_TABLES").map((name) => arn("dynamodb", `table/${name}`));
  if (type === "states:stateMachine")
    return there("SYNTH_STATE_MACHINES").map((name) => arn("states", `stateMachine:${name}`));
  throw new Error(`synth does not support an existing ${type}`);
}

/** Functions of the provider, by token; a missing one is an error. */
const functions: Readonly<Record<string, (inputs: Inputs) => Inputs>> = {
  "aws:index/getRegion:getRegion": () => ({ id: REGION, name: REGION, region: REGION }),
  "aws:index/getPartition:getPartition": () => ({ partition: "aws", dnsSuffix: "amazonaws.com" }),
  "aws:index/getCallerIdentity:getCallerIdentity": () => ({
    accountId: ACCOUNT,
    arn: arn("iam", "user/synth"),
  }),
  "aws:index/getAvailabilityZones:getAvailabilityZones": () => ({
    names: [`${REGION}a`, `${REGION}b`, `${REGION}c`],
  }),
  "aws:iam/getPolicyDocument:getPolicyDocument": (inputs) => ({
    ...inputs,
    json: policyJson(inputs as never),
    minifiedJson: policyJson(inputs as never),
  }),
  "aws:resourcegroupstaggingapi/getResources:getResources": (inputs) => ({
    ...inputs,
    resourceTagMappingLists: (inputs.resourceTypeFilters as string[])
      .flatMap(thereOf)
      .map((resourceArn) => ({ resourceArn })),
  }),
  "aws:cloudfront/getCachePolicy:getCachePolicy": ({ name }) => ({ id: `cache-policy/${name}` }),
  "aws:cloudfront/getOriginRequestPolicy:getOriginRequestPolicy": ({ name }) => ({
    id: `origin-request-policy/${name}`,
  }),
  "aws:ecr/getAuthorizationToken:getAuthorizationToken": () => ({
    proxyEndpoint: `https://${ACCOUNT}.dkr.ecr.${REGION}.amazonaws.com`,
    userName: "AWS",
    password: "synth",
  }),
};

/** The result of a provider's function. */
export function answerOf(token: string, inputs: Inputs): Inputs {
  const answer = functions[token];
  if (!answer) throw new Error(`synth has no stand-in for ${token}`);
  return answer(inputs);
}
