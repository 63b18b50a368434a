import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { SFNClient } from "@aws-sdk/client-sfn";
import { expect, it } from "vitest";
import type { AwsVariables } from "../environment.ts";
import {
  bucketSigner,
  chainProvider,
  dynamoDbOf,
  eventBridgeOf,
  namedProvider,
  publicEndpoint,
} from "./clients.ts";
import { putItem } from "./dynamodb/dynamodb.ts";
import type { PostPool, PostPoolOptions, SignedPost } from "./http/posting.ts";

const named = { AWS_REGION: "eu-central-1", AWS_ACCESS_KEY_ID: "a", AWS_SECRET_ACCESS_KEY: "b" };

/** A pool that keeps the requests, and answers each with an empty object. */
function keptPool() {
  const options: PostPoolOptions[] = [];
  const posts: (SignedPost & { body: unknown })[] = [];
  const pool = (given: PostPoolOptions): PostPool => {
    options.push(given);
    return {
      async post(make, body) {
        posts.push({ ...(await make()), body });
        return { kind: "answered", status: 200, body: "{}" };
      },
      async close() {},
    };
  };
  return { pool, options, posts };
}

async function sent(variables: AwsVariables) {
  const { pool, options, posts } = keptPool();
  await putItem(dynamoDbOf(variables, { pool }), { TableName: "t", Item: { pk: "a" } });
  await eventBridgeOf(variables, { pool }).call("AWSEvents.PutEvents", { Entries: [] });
  return { options, posts };
}

it("calls DynamoDB and EventBridge at their Region's addresses, as the SDK does", async () => {
  const { options, posts } = await sent({ ...named, AWS_SESSION_TOKEN: "t" });
  expect(options.map(({ origin }) => origin)).toEqual([
    "https://dynamodb.eu-central-1.amazonaws.com",
    "https://events.eu-central-1.amazonaws.com",
  ]);
  expect(options[0]).toMatchObject({ timeoutMs: 3000, connections: 50 });
  expect(posts.map(({ body }) => JSON.parse(String(body)))).toEqual([
    { TableName: "t", Item: { pk: { S: "a" } } },
    { Entries: [] },
  ]);
  expect(posts[0]!.headers).toEqual(expect.arrayContaining(["application/x-amz-json-1.0", "t"]));
  expect(posts[1]!.headers).toEqual(
    expect.arrayContaining(["application/x-amz-json-1.1", "AWSEvents.PutEvents"]),
  );
  expect(posts[0]!.headers.at(-1)).toMatch(/Credential=a\/\d{8}\/eu-central-1\/dynamodb\/aws4_request/);
  expect(posts[1]!.headers.at(-1)).toMatch(/Credential=a\/\d{8}\/eu-central-1\/events\/aws4_request/);
});

it("takes a service's own address, else the general one", async () => {
  const general = { ...named, AWS_ENDPOINT_URL: "http://127.0.0.1:1/aws" };
  const { options, posts } = await sent({ ...general, AWS_ENDPOINT_URL_DYNAMODB: "http://127.0.0.1:2" });
  expect(options.map(({ origin }) => origin)).toEqual(["http://127.0.0.1:2", "http://127.0.0.1:1"]);
  expect(posts.map(({ path }) => path)).toEqual(["/", "/aws/"]);
  const { options: own } = await sent({ ...general, AWS_ENDPOINT_URL_EVENTBRIDGE: "http://127.0.0.1:3" });
  expect(own.map(({ origin }) => origin)).toEqual(["http://127.0.0.1:1", "http://127.0.0.1:3"]);
});

it.each([
  ...["us-east-1", "eu-central-1", "ap-southeast-5", "il-central-1", "mx-central-1", "us-gov-west-1"],
  ...["cn-north-1", "cn-northwest-1", "us-iso-east-1", "us-isob-east-1", "us-isof-south-1", "eu-isoe-west-1"],
  "eusc-de-east-1",
])("has the SDK's addresses of the services in %s", async (region) => {
  const config = { region, credentials: { accessKeyId: "a", secretAccessKey: "b" } };
  const theirs = [new DynamoDBClient(config), new EventBridgeClient(config), new SFNClient(config)].map(
    (client) => client.config.endpointProvider({ Region: region } as never).url.href,
  );
  expect(["dynamodb", "events", "states"].map((service) => `${publicEndpoint(service, region)}/`)).toEqual(
    theirs,
  );
});

it("reports that the environment names no credentials, and asks no other source", async () => {
  const { pool, posts } = keptPool();
  const { AWS_REGION } = named;
  const table = dynamoDbOf({ AWS_REGION }, { pool });
  await expect(putItem(table, { TableName: "t", Item: {} })).rejects.toThrow("AWS_SECRET_ACCESS_KEY");
  const clock = { now: () => 0, wait: async () => {} };
  await expect(bucketSigner({ AWS_REGION, BUCKET: "b" }, clock).sign("k")).rejects.toThrow(
    "AWS_ACCESS_KEY_ID",
  );
  expect(posts).toEqual([]);
});

it("asks the given provider once while its credentials are valid", async () => {
  const { pool, posts } = keptPool();
  let now = 0;
  let asked = 0;
  const credentials = async () => ({
    accessKeyId: `key${++asked}`,
    secretAccessKey: "s",
    expiration: new Date(now + 3_600_000),
  });
  const table = dynamoDbOf({ AWS_REGION: "us-east-1" }, { pool, credentials, clock: { now: () => now } });
  const put = () => putItem(table, { TableName: "t", Item: {} });
  await Promise.all([put(), put()]);
  now = 3_600_000;
  await put();
  const by = posts.map(({ headers }) => /Credential=(\w+)/.exec(headers.at(-1)!)![1]);
  expect(by).toEqual(["key1", "key1", "key2"]);
});

it("prefers credentials that the environment names to those of the machine's profile", async () => {
  const own = { accessKeyId: "a", secretAccessKey: "b" };
  expect(await chainProvider(named)()).toEqual(own);
  expect(await namedProvider({ ...named, AWS_SESSION_TOKEN: "t" })()).toEqual({ ...own, sessionToken: "t" });
});
