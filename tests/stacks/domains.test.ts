import { beforeAll, describe, expect, it } from "vitest";
import { installPlatform } from "../../scripts/synth/platform.ts";
import type { Synthesis } from "../../scripts/synth/resource.ts";
import { synthesize } from "../../scripts/synth/synthesize.ts";
import { functionsOf, get, ofType, one } from "./stage.ts";

const evaluate = (environment: Readonly<Record<string, string>>) =>
  synthesize({
    stage: "dev",
    functions: "none",
    environment: { CALLBOARD_POST_PROCESSING: "false", ...environment },
  });

describe("a stage with its own domain", () => {
  let stage: Synthesis;
  beforeAll(async () => {
    await installPlatform(console.log);
    stage = await evaluate({
      CALLBOARD_DOMAIN: "callboard.example",
      CALLBOARD_ORIGINS: "https://app.example",
    });
  }, 120_000);

  it("has the pages there and both APIs below it, each with a certificate and records", () => {
    expect(stage.outputs).toMatchObject({
      pages: "https://callboard.example",
      http: "https://api.callboard.example",
      socket: "wss://socket.callboard.example",
    });
    const certified = ofType(stage, "aws:acm/certificate:Certificate").map(({ inputs }) => inputs.domainName);
    expect(certified.sort()).toEqual([
      "api.callboard.example",
      "callboard.example",
      "socket.callboard.example",
    ]);
    const mapped = ofType(stage, "aws:apigatewayv2/apiMapping:ApiMapping").map(({ inputs }) => inputs.apiId);
    expect(mapped.sort()).toEqual(["httpapiapi", "socketapiapi"]);
    const addresses = ofType(stage, "aws:route53/record:Record").filter(({ inputs }) => inputs.type === "A");
    expect(addresses.map(({ inputs }) => inputs.name).sort()).toEqual(certified.sort());
  });

  it("allows the pages to call only these names", () => {
    const config = one(stage, "aws:s3/bucketObjectv2:BucketObjectv2", "PagesConfig");
    expect(JSON.parse(String(config.inputs.content))).toMatchObject({
      socketUrl: "wss://socket.callboard.example",
      httpUrl: "https://api.callboard.example",
    });
    const policies = ofType(stage, "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy");
    // One for the page that others may show in a frame, one for all others.
    expect(policies).toHaveLength(2);
    for (const { inputs } of policies) {
      const policy = String(
        get(inputs, "securityHeadersConfig", "contentSecurityPolicy", "contentSecurityPolicy"),
      );
      const connect = /connect-src ([^;]+)/.exec(policy)![1]!;
      expect(connect).toContain("wss://socket.callboard.example https://api.callboard.example");
      expect(connect).not.toContain("execute-api");
    }
  });

  it("brings people back to the pages' own name after they signed in and out", () => {
    const { inputs } = one(stage, "aws:cognito/userPoolClient:UserPoolClient");
    expect(inputs).toMatchObject({
      callbackUrls: ["https://callboard.example/sign-in.html"],
      logoutUrls: ["https://callboard.example/sign-in.html"],
    });
  });

  it("lets the pages of the domain call the APIs without being among the configured origins", () => {
    const origins = ["https://app.example", "https://callboard.example"];
    const api = ofType(stage, "aws:apigatewayv2/api:Api").find(
      ({ inputs }) => inputs.protocolType === "HTTP",
    )!;
    expect(get(api.inputs, "corsConfiguration", "allowOrigins")).toEqual(origins);
    const bucket = one(stage, "aws:s3/bucketCorsConfiguration:BucketCorsConfiguration", "BucketCors");
    expect(get(bucket.inputs, "corsRules", 0, "allowedOrigins")).toEqual(origins);
  });

  it("posts to connections at API Gateway's own address, not at a custom domain", () => {
    for (const name of ["Ingest", "Fanout"]) {
      const { variables } = functionsOf(stage).find((fn) => fn.name === name)!;
      expect(variables.SOCKET_ENDPOINT).toBe(
        "https://socketapiapi.execute-api.us-east-1.amazonaws.com/$default",
      );
    }
  });
});

it("reports pages that are missing among the origins if their address is not known before", async () => {
  await expect(evaluate({ CALLBOARD_ORIGINS: "https://app.example" })).rejects.toThrow(
    "CALLBOARD_ORIGINS does not name the pages themselves: add https://pagescdndistribution.cloudfront.net",
  );
}, 60_000);

it("refuses an invalid domain before anything is created, by the variable's name", async () => {
  await expect(evaluate({ CALLBOARD_DOMAIN: "https://callboard.example" })).rejects.toThrow(
    "CALLBOARD_DOMAIN is not a domain name such as callboard.example",
  );
}, 60_000);
