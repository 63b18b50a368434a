import { readConfig } from "@callboard/web/config";
import { HSTS_SECONDS, pageHeaders } from "@callboard/web/policy";
import { beforeAll, describe, expect, it } from "vitest";
import { evaluatedStages, type Stages, stageNames } from "./evaluated.ts";
import { get, ofType, one } from "./stage.ts";

// The parts of a stage that browsers and other clients use: its APIs, its bucket and its pages.

let stages: Stages;
beforeAll(async () => {
  stages = await evaluatedStages();
}, 300_000);

describe.each(stageNames)("stage %s", (name) => {
  const stage = () => stages[name];

  it("has the routes of the protocol, and answers messages", () => {
    const routes = ofType(stage(), "aws:apigatewayv2/route:Route");
    expect(routes.map(({ inputs }) => `${inputs.apiId} ${inputs.routeKey}`).sort()).toEqual([
      "httpapiapi $default",
      ...(name === "dev" ? ["httpapiapi GET /videos"] : []),
      "httpapiapi OPTIONS /{proxy+}",
      "httpapiapi POST /answers",
      "httpapiapi POST /answers/view",
      "httpapiapi POST /unsubscribe/{token}",
      ...(name === "dev" ? ["httpapiapi POST /videos", "httpapiapi POST /videos/{proxy+}"] : []),
      "socketapiapi $connect",
      "socketapiapi $default",
      "socketapiapi $disconnect",
    ]);
    const messages = one(stage(), "aws:apigatewayv2/route:Route", "SocketApiRouteDefaultRoute");
    expect(messages.inputs.routeResponseSelectionExpression).toBe("$default");
    const { inputs } = one(stage(), "aws:apigatewayv2/routeResponse:RouteResponse");
    expect([inputs.routeResponseKey, inputs.apiId]).toEqual(["$default", "socketapiapi"]);
    expect(inputs.routeId).toBe(messages.name);
  });

  it("expects the token where browsers can send it", () => {
    const sources = ofType(stage(), "aws:apigatewayv2/authorizer:Authorizer").map(({ inputs }) => [
      inputs.authorizerType,
      inputs.identitySources,
    ]);
    expect(sources).toContainEqual(["REQUEST", ["route.request.header.Sec-WebSocket-Protocol"]]);
    expect(sources).toContainEqual(["REQUEST", ["$request.header.Authorization"]]);
  });

  it("tells browsers who may call the HTTP API and the bucket, and how", () => {
    const [api] = ofType(stage(), "aws:apigatewayv2/api:Api").filter(
      ({ inputs }) => inputs.protocolType === "HTTP",
    );
    expect(api!.inputs.corsConfiguration).toEqual({
      allowOrigins: ["*"],
      allowMethods: ["GET", "POST"],
      allowHeaders: ["authorization", "content-type"],
      exposeHeaders: ["retry-after", "www-authenticate"],
      maxAge: 7200,
    });
    const rules = ofType(stage(), "aws:s3/bucketCorsConfiguration:BucketCorsConfiguration")
      .filter(({ name }) => name.startsWith("Bucket"))
      .flatMap(({ inputs }) => inputs.corsRules as Record<string, unknown>[]);
    expect(rules).toMatchObject([{ allowedOrigins: ["*"], allowedMethods: ["GET", "PUT"] }]);
  });

  it("tells the pages where both APIs are, and whether they may start videos", () => {
    const { inputs } = one(stage(), "aws:s3/bucketObjectv2:BucketObjectv2", "PagesConfig");
    expect(readConfig(JSON.parse(String(inputs.content)))).toMatchObject({
      socketUrl: expect.stringMatching(/^wss:/),
      httpUrl: stage().outputs.http,
      videos: name === "dev",
      sampleAvailable: name === "dev",
    });
  });

  it("serves the pages with the same headers as one machine, only over https", () => {
    const { inputs } = one(
      stage(),
      "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy",
      "PagesHeaders",
    );
    expect(inputs.securityHeadersConfig).toMatchObject({
      contentTypeOptions: { override: true },
      frameOptions: { frameOption: pageHeaders["x-frame-options"] },
      referrerPolicy: { referrerPolicy: pageHeaders["referrer-policy"] },
      strictTransportSecurity: { accessControlMaxAgeSec: HSTS_SECONDS },
    });
  });

  it("allows other sites to frame the viewer's page, and no other", () => {
    const { inputs } = one(stage(), "aws:cloudfront/distribution:Distribution");
    const behaviors = get<object[]>(inputs, "orderedCacheBehaviors");
    expect(behaviors).toMatchObject([{ pathPattern: "/viewer.html" }]);
    const headers = one(
      stage(),
      "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy",
      "PagesFramedHeaders",
    ).inputs;
    const policy = get<string>(
      headers,
      "securityHeadersConfig",
      "contentSecurityPolicy",
      "contentSecurityPolicy",
    );
    expect(policy).toContain("frame-ancestors 'self' *;");
    expect(get(headers, "securityHeadersConfig", "frameOptions")).toBeUndefined();
  });

  it("makes browsers revalidate the element, whose name stays, and cache files with a hash", () => {
    const { inputs } = one(stage(), "pulumi-nodejs:dynamic:Resource", "PagesAssetFiles.sst.aws.BucketFiles");
    const files = inputs.files as { key: string; cacheControl: string; contentType: string }[];
    const [element] = files.filter(({ key }) => key === "callboard-question.js");
    expect(element).toMatchObject({
      cacheControl: "max-age=300,public",
      contentType: "text/javascript;charset=UTF-8",
    });
    const kept = files.filter(({ cacheControl }) => cacheControl.includes("immutable"));
    expect(kept.length).toBeGreaterThan(5);
    expect(kept.map(({ key }) => key).filter((key) => !/^assets\/.+-[\w-]{8}\.\w+$/.test(key))).toEqual([]);
  });

  it("makes browsers revalidate pages each time, and allows the back/forward cache", () => {
    const { inputs } = one(stage(), "pulumi-nodejs:dynamic:Resource", "PagesAssetFiles.sst.aws.BucketFiles");
    const files = inputs.files as { key: string; cacheControl: string }[];
    const pages = files.filter(({ key }) => key.endsWith(".html"));
    expect(pages.length).toBeGreaterThan(3);
    for (const { cacheControl } of pages) {
      expect(cacheControl).toMatch(/no-cache/);
      expect(cacheControl).not.toMatch(/no-store|immutable/);
    }
  });

  it("keeps the assets of former deployments for pages that are still open", () => {
    const { inputs } = one(stage(), "pulumi-nodejs:dynamic:Resource", "PagesAssetFiles.sst.aws.BucketFiles");
    expect(inputs.purge).toBe(false);
  });

  it("compresses the pages", () => {
    const { inputs } = one(stage(), "aws:cloudfront/distribution:Distribution");
    // CloudFront's managed CachingOptimized, which accepts brotli and gzip:
    // https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-cache-policies.html
    expect(inputs.defaultCacheBehavior).toMatchObject({
      compress: true,
      cachePolicyId: "658327ea-f89d-4fab-a63d-7e88639e58f6",
    });
  });

  it("limits the messages of both APIs, and logs them without their content", () => {
    for (const { inputs } of ofType(stage(), "aws:apigatewayv2/stage:Stage")) {
      expect(get<number>(inputs, "defaultRouteSettings", "throttlingRateLimit")).toBe(2000);
      expect(get<number>(inputs, "defaultRouteSettings", "throttlingBurstLimit")).toBe(1000);
      expect(get<boolean>(inputs, "defaultRouteSettings", "dataTraceEnabled") ?? false).toBe(false);
      const format = get(inputs, "accessLogSettings", "format")!;
      expect(format).toContain("$context.requestId");
      // The address that turns a door off contains a token.
      expect(format).not.toMatch(/authorizer|query|header|context\.path/i);
    }
  });

  // Mail programs unsubscribe by a token in the path: https://www.rfc-editor.org/rfc/rfc8058#section-3.1,
  // https://github.com/strelov1/freehire/pull/2681
  it("logs no path, since the one for unsubscribing contains a token", () => {
    const [http, ...others] = ofType(stage(), "aws:apigatewayv2/stage:Stage")
      .map(({ inputs }) => get(inputs, "accessLogSettings", "format")!)
      .filter((format) => format.includes("$context.httpMethod"));
    expect(others).toEqual([]);
    expect(http).not.toMatch(/\bpath\b/i);
    expect(JSON.parse(http!)).toHaveProperty("routeKey");
  });
});
