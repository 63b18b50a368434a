import { expect, it } from "vitest";
import { CallboardError } from "./error.ts";
import { tokenFault } from "./token-fault.ts";

const page = { location: { origin: "https://shop.example" } };
const refused = Object.assign(new TypeError("fetch failed"), { cause: { code: "ECONNREFUSED" } });
const json = (text: string) => {
  try {
    return JSON.parse(text);
  } catch (error) {
    return error;
  }
};

it.each<[string, unknown, object, RegExp]>([
  [
    "a request of Chrome's",
    new TypeError("Failed to fetch"),
    page,
    /"Access-Control-Allow-Origin: https:\/\/shop\.example"/,
  ],
  [
    "a request of Firefox's",
    new TypeError("NetworkError when attempting to fetch resource."),
    page,
    /Access-Control/,
  ],
  ["a request of Safari's", new TypeError("Load failed"), page, /Access-Control/],
  ["a request of Node's", refused, {}, /did not answer \(ECONNREFUSED\)/],
  [
    "a status that was thrown",
    Object.assign(new Error("no"), { status: 401 }),
    page,
    /status 401\. The request is not signed in/,
  ],
  ["another status", Object.assign(new Error("no"), { status: 404 }), page, /status 404\. There is nothing/],
  ["a page in place of JSON", json("<!DOCTYPE html>"), page, /an error page or a sign-in page/],
  [
    "a token in place of JSON",
    json("eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJhbmEifQ.c2ln"),
    page,
    /Read it with response\.text\(\)/,
  ],
  [
    "no text",
    new CallboardError("invalid", "token() gave no text"),
    page,
    /^token\(\) gave no text\. It must return the JWT/,
  ],
  [
    "a bug of the program",
    new TypeError("x is not a function"),
    page,
    /^token\(\) failed: TypeError: x is not a function$/,
  ],
  ["what is no error", "nope", page, /^token\(\) failed: string: $/],
  ["nothing", undefined, page, /^token\(\) failed: undefined: $/],
])("explains %s", (_, error, host, expected) => {
  expect(tokenFault(error, host)).toMatch(expected);
});

it("leaves out what may be a token", () => {
  const error = new Error("GET https://x/?key=abc failed with eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJhbmEifQ.c2ln");
  expect(tokenFault(error, page)).toBe("token() failed: Error: GET https://x/?… failed with …");
});

const token = "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJhbmEiLCJlbWFpbCI6ImFuYUBzaG9wLmV4YW1wbGUifQ.c2ln";
it.each([
  ["stands where the text is cut", new Error(`${"x".repeat(160)} ${token}`)],
  ["has no signature", new Error(token.slice(0, 60))],
  ["is refused by an issuer as invalid", Object.assign(new Error(`bad ${token}`), { code: "invalid" })],
  ["is the error's name", { name: token, message: "no" }],
])("leaves out a token that %s", (_, error) => {
  expect(tokenFault(error, page)).not.toMatch(/eyJ|c2ln/);
});

it.each([
  [403, /status 403\. The request is not signed in there/],
  [500, /status 500\. See the log of that server\.$/],
])("says what to check for the status %d", (status, expected) => {
  expect(tokenFault({ status }, page)).toMatch(expected);
});

it("explains a request without an answer and a reason, and without a page", () => {
  expect(tokenFault(new TypeError("fetch failed"), {})).toBe(
    "token() asked an address that did not answer. Is the server up, and the address right?",
  );
  const odd = Object.assign(new TypeError("fetch failed"), { cause: { code: 7 } });
  expect(tokenFault(odd, { location: {} })).toMatch(/did not answer\. Is/);
});

it("recognizes a failed request only by the messages of browsers and Node", () => {
  expect(tokenFault({ name: "Error", message: "Failed to fetch" }, page)).toBe(
    "token() failed: Error: Failed to fetch",
  );
});

it("uses the code before the name, and the name before the status", () => {
  const both = Object.assign(new SyntaxError("x"), { status: 500 });
  expect(tokenFault(both, page)).toMatch(/^token\(\) tried to read JSON/);
  expect(tokenFault({ code: "invalid", message: 7, name: "SyntaxError" }, page)).toMatch(
    /^\. It must return the JWT/,
  );
});

it("shows at most two hundred characters of a text", () => {
  const said = tokenFault({ name: "E", message: "x ".repeat(5000) }, page);
  expect(said).toBe(`token() failed: ${"E: ".concat("x ".repeat(200)).slice(0, 200)}`);
});

it("leaves out every token of three parts, but no shorter text with dots", () => {
  const said = (message: string) =>
    tokenFault({ name: "E", message }, page).replace("token() failed: E: ", "");
  expect(said("got 12345678.abcd-fgh.Az_-9 there")).toBe("got … there");
  expect(said("got 1234567.12345678.abc there")).toBe("got 1234567.12345678.abc there");
  expect(said("got 12345678.1234567.abc there")).toBe("got 12345678.1234567.abc there");
});

it("reads only as much of a text as it can show", () => {
  const began = performance.now();
  tokenFault({ name: "E", message: "x".repeat(300_000) }, page);
  expect(performance.now() - began).toBeLessThan(1000);
});
