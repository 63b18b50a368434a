import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** The answers of Bedrock and Transcribe for a Region and an account; anything that is not set is available. */
export interface Catalog {
  /** By id; undefined: it does not exist. */
  readonly models?: Readonly<Record<string, CatalogModel | undefined>>;
  /** Inference profiles by id or ARN, with the ids of their models. */
  readonly profiles?: Readonly<Record<string, { models: string[]; status?: string } | undefined>>;
  /** The status of provisioned, imported or deployed models, by ARN. */
  readonly others?: Readonly<Record<string, string | undefined>>;
  /** Operations that fail because credentials have expired. */
  readonly expired?: readonly string[];
  /** Operations that the caller may not call. */
  readonly denied?: readonly string[];
}

interface CatalogModel {
  readonly lifecycle?: { readonly status: string; readonly endOfLifeTime?: string };
  readonly outputs?: readonly string[];
  readonly inference?: readonly string[];
  /** Deviations from the usual answer of GetFoundationModelAvailability. */
  readonly availability?: Readonly<Record<string, unknown>>;
}

export interface ModelsStandIn {
  /** Variables that make AWS's SDK use it. */
  readonly variables: Readonly<Record<string, string>>;
  /** The requests, in order: `GetFoundationModel amazon.nova-pro-v1:0`. */
  readonly asked: readonly string[];
  close(): Promise<void>;
}

const REGION = "us-east-1";

/** The operations of Bedrock's control plane, by the prefixes of their paths. */
const operations: Readonly<Record<string, string>> = {
  "foundation-models": "GetFoundationModel",
  "foundation-model-availability": "GetFoundationModelAvailability",
  "inference-profiles": "GetInferenceProfile",
  "provisioned-model-throughput": "GetProvisionedModelThroughput",
  "imported-models": "GetImportedModel",
  "model-customization": "GetCustomModelDeployment",
};

/** Answers Bedrock's control plane and Transcribe's list of jobs over HTTP, as AWS does. */
export async function startModelsStandIn(catalog: Catalog = {}): Promise<ModelsStandIn> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const { operation, id } = read(request);
    asked.push(`${operation} ${id}`.trim());
    if (!/AWS4-HMAC-SHA256|Bearer/.test(request.headers.authorization ?? ""))
      return refuse(response, 403, "MissingAuthenticationTokenException", "no signature");
    if (catalog.denied?.includes(operation))
      return refuse(
        response,
        403,
        "AccessDeniedException",
        `User: arn:aws:iam::123456789012:user/ana is not authorized to perform: ${operation === "ListTranscriptionJobs" ? "transcribe" : "bedrock"}:${operation} on resource: *`,
      );
    if (catalog.expired?.includes(operation))
      return refuse(
        response,
        403,
        "ExpiredTokenException",
        "The security token included in the request is expired",
      );
    const answer = answerOf(catalog, operation, id);
    if (answer) return send(response, 200, answer);
    refuse(response, 404, "ResourceNotFoundException", "The provided identifier was not found.");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    asked,
    variables: {
      AWS_ENDPOINT_URL_BEDROCK: url,
      AWS_ENDPOINT_URL_TRANSCRIBE: url,
      SST_AWS_ACCESS_KEY_ID: "synth",
      SST_AWS_SECRET_ACCESS_KEY: "synth",
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function read(request: IncomingMessage): { operation: string; id: string } {
  const target = request.headers["x-amz-target"];
  if (typeof target === "string") return { operation: target.split(".").at(-1)!, id: "" };
  const [, kind = "", ...rest] = (request.url ?? "").split("/");
  return { operation: operations[kind] ?? "UnknownOperation", id: decodeURIComponent(rest.at(-1) ?? "") };
}

/** Undefined for what does not exist. */
function answerOf(catalog: Catalog, operation: string, id: string): object | undefined {
  const { models = {}, profiles = {}, others = {} } = catalog;
  switch (operation) {
    case "GetFoundationModel": {
      if (id in models && !models[id]) return undefined;
      const { lifecycle, outputs, inference } = models[id] ?? {};
      const drawn = id.startsWith("stability.");
      return {
        modelDetails: {
          modelArn: `arn:aws:bedrock:${REGION}::foundation-model/${id}`,
          modelId: id,
          inputModalities: ["TEXT"],
          outputModalities: outputs ?? [drawn ? "IMAGE" : "TEXT"],
          inferenceTypesSupported: inference ?? ["ON_DEMAND"],
          modelLifecycle: lifecycle ?? { status: "ACTIVE" },
        },
      };
    }
    case "GetFoundationModelAvailability":
      return {
        modelId: id,
        agreementAvailability: { status: "AVAILABLE" },
        authorizationStatus: "AUTHORIZED",
        entitlementAvailability: "AVAILABLE",
        regionAvailability: "AVAILABLE",
        ...models[id]?.availability,
      };
    case "GetInferenceProfile": {
      if (id in profiles && !profiles[id]) return undefined;
      const own = id.replace(/^[a-z]+\./, "");
      const { models: behind = [own], status = "ACTIVE" } = profiles[id] ?? {};
      return {
        inferenceProfileId: id,
        inferenceProfileName: id,
        inferenceProfileArn: `arn:aws:bedrock:${REGION}:123456789012:inference-profile/${id}`,
        models: behind.map((model) => ({ modelArn: `arn:aws:bedrock:${REGION}::foundation-model/${model}` })),
        status,
        type: "SYSTEM_DEFINED",
      };
    }
    case "GetProvisionedModelThroughput":
      return statusOf(others, id, "InService");
    case "GetCustomModelDeployment":
      return statusOf(others, id, "Active");
    case "GetImportedModel":
      return statusOf(others, id, "");
    case "ListTranscriptionJobs":
      return { TranscriptionJobSummaries: [] };
  }
  return undefined;
}

const statusOf = (others: Readonly<Record<string, string | undefined>>, id: string, usual: string) =>
  id in others && others[id] === undefined ? undefined : { status: others[id] ?? usual };

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

function refuse(response: ServerResponse, status: number, name: string, message: string): void {
  response.writeHead(status, { "content-type": "application/json", "x-amzn-errortype": name });
  response.end(JSON.stringify({ __type: name, message }));
}
