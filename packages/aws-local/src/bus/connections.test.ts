import { expect, it } from "vitest";
import { memoryStore } from "../store/index.ts";
import { busStage } from "../testing/bus-stage.ts";

const apiKey = (ApiKeyValue: string, more: object = {}) => ({
  Name: "models",
  AuthorizationType: "API_KEY",
  AuthParameters: {
    ApiKeyAuthParameters: { ApiKeyName: "authorization", ApiKeyValue },
    InvocationHttpParameters: {
      HeaderParameters: [{ Key: "x-team", Value: "a" }],
      QueryStringParameters: [{ Key: "version", Value: "2" }],
      BodyParameters: [{ Key: "secret", Value: "hush", IsValueSecret: true }],
      ...more,
    },
  },
});

async function stage(store = memoryStore()) {
  const { bus } = await busStage({ store });
  const { operations, addedBy } = bus;
  return { operations, addedBy };
}

it("keeps what it adds to requests besides a key after a restart, and shows no secret", async () => {
  const store = memoryStore();
  const first = await stage(store);
  const { ConnectionArn, ...state } = await first.operations.CreateConnection(apiKey("Bearer hush"));
  expect(ConnectionArn).toMatch(/^arn:aws:events:us-east-1:000000000000:connection\/models\/[0-9a-f-]{36}$/);
  expect(state).toMatchObject({ ConnectionState: "AUTHORIZED" });
  const { operations, addedBy } = await stage(store.fork());
  expect(addedBy(ConnectionArn)).toEqual({
    headers: { "x-team": "a", authorization: "Bearer hush" },
    query: { version: "2" },
    body: { secret: "hush" },
  });
  const shown = await operations.DescribeConnection({ Name: "models" });
  expect(shown).toMatchObject({ AuthParameters: { ApiKeyAuthParameters: { ApiKeyName: "authorization" } } });
  expect(JSON.stringify([shown, await operations.ListConnections({})])).not.toContain("hush");
});

it("signs in with a password, and with another key once that was changed", async () => {
  const { operations, addedBy } = await stage();
  const basic = { BasicAuthParameters: { Username: "ana", Password: "p" } };
  const { ConnectionArn } = await operations.CreateConnection({
    Name: "models",
    AuthorizationType: "BASIC",
    AuthParameters: basic,
  });
  expect(addedBy(ConnectionArn)?.headers).toEqual({ authorization: "Basic YW5hOnA=" });
  await operations.UpdateConnection(apiKey("new"));
  expect(addedBy(ConnectionArn)?.headers).toMatchObject({ authorization: "new" });
  await operations.DeleteConnection({ Name: "models" });
  expect(addedBy(ConnectionArn)).toBeUndefined();
});

it("changes only a key, and keeps what else a connection adds", async () => {
  const { operations, addedBy } = await stage();
  const { ConnectionArn } = await operations.CreateConnection(apiKey("old"));
  const AuthParameters = { ApiKeyAuthParameters: { ApiKeyValue: "new" } };
  await operations.UpdateConnection({ Name: "models", AuthParameters });
  expect(addedBy(ConnectionArn)).toEqual({
    headers: { "x-team": "a", authorization: "new" },
    query: { version: "2" },
    body: { secret: "hush" },
  });
});

it("refuses another way to sign in without its parameters, and keeps the former one", async () => {
  const { operations, addedBy } = await stage();
  const { ConnectionArn } = await operations.CreateConnection(apiKey("old"));
  const change = operations.UpdateConnection({ Name: "models", AuthorizationType: "BASIC" });
  await expect(change).rejects.toThrow("AuthParameters.BasicAuthParameters is required");
  expect(addedBy(ConnectionArn)?.headers).toMatchObject({ authorization: "old" });
});

it("finds a connection only by its full ARN: one that was created again is another", async () => {
  const { operations, addedBy } = await stage();
  const { ConnectionArn } = await operations.CreateConnection(apiKey("old"));
  await operations.DeleteConnection({ Name: "models" });
  await operations.CreateConnection(apiKey("new"));
  expect(addedBy(ConnectionArn)).toBeUndefined();
});

it.each([
  ["a name that is in use", apiKey("x"), "ResourceAlreadyExistsException"],
  ["no key", { ...apiKey("x"), Name: "b", AuthParameters: {} }, "ValidationException"],
  ["an invalid name", { ...apiKey("x"), Name: "a b" }, "ValidationException"],
  [
    "OAuth",
    { ...apiKey("x"), Name: "b", AuthorizationType: "OAUTH_CLIENT_CREDENTIALS" },
    "ValidationException",
  ],
  ["a key that no header can hold", { ...apiKey("two\nlines"), Name: "b" }, "ValidationException"],
  [
    "a value that is not a list",
    { ...apiKey("x", { HeaderParameters: {} }), Name: "b" },
    "ValidationException",
  ],
])("refuses %s", async (_, input, name) => {
  const { operations } = await stage();
  await operations.CreateConnection(apiKey("x"));
  await expect(operations.CreateConnection(input)).rejects.toMatchObject({ name });
});
