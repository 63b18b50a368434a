import { expect, it } from "vitest";
import { selectRoute } from "./routes.ts";

const routes = [
  "$default",
  "ANY /{proxy+}",
  "GET /pets/{proxy+}",
  "GET /pets/dog/{id}",
  "GET /pets/dog/1",
  "ANY /pets/dog/1",
  "OPTIONS /{proxy+}",
].map((key) => ({ key }));

const keyOf = (method: string, path: string, of = routes) => selectRoute(of, method, path)?.route.key;

// The table of https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
it.each([
  ["GET", "/pets/dog/1", "GET /pets/dog/1"],
  ["GET", "/pets/dog/2", "GET /pets/dog/{id}"],
  ["GET", "/pets/cat/1", "GET /pets/{proxy+}"],
  ["POST", "/test/5", "ANY /{proxy+}"],
  ["POST", "/pets/dog/1", "ANY /pets/dog/1"],
  ["GET", "/", "$default"],
  ["OPTIONS", "/pets/cat/1", "OPTIONS /{proxy+}"],
])("routes %s %s to %s", (method, path, key) => {
  expect(keyOf(method, path)).toBe(key);
});

it("finds none without a default route", () => {
  expect(keyOf("POST", "/pets", [{ key: "GET /pets" }])).toBeUndefined();
  expect(keyOf("GET", "/petsitters", [{ key: "GET /pets" }])).toBeUndefined();
});

it("returns the variables' values, and takes special characters of patterns literally", () => {
  expect(selectRoute(routes, "GET", "/pets/dog/2")?.pathParameters).toEqual({ id: "2" });
  expect(selectRoute(routes, "GET", "/pets/cat/a/b")?.pathParameters).toEqual({ proxy: "cat/a/b" });
  expect(selectRoute(routes, "GET", "/pets/dog/1")?.pathParameters).toBeUndefined();
  expect(keyOf("GET", "/aXb", [{ key: "GET /a.b" }])).toBeUndefined();
});
