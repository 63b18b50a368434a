import { expect, it } from "vitest";
import { framedBy, pagePolicy } from "./policy.ts";

const deployed = {
  socket: "wss://abc.execute-api.us-east-1.amazonaws.com/$default",
  http: "https://def.execute-api.us-east-1.amazonaws.com",
  files: "https://media.s3.us-east-1.amazonaws.com",
};

it("names the origins of the APIs, the storage and the issuer, each once and without its path", () => {
  const issuer = "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_abc";
  const directives = Object.fromEntries(
    pagePolicy({ ...deployed, signIn: [issuer, "https://cognito-idp.us-east-1.amazonaws.com/other"] })
      .split("; ")
      .map((one) => [one.split(" ")[0], one.split(" ").slice(1)]),
  );
  expect(directives["connect-src"]).toEqual([
    "'self'",
    "wss://abc.execute-api.us-east-1.amazonaws.com",
    "https://def.execute-api.us-east-1.amazonaws.com",
    "https://media.s3.us-east-1.amazonaws.com",
    "https://cognito-idp.us-east-1.amazonaws.com",
  ]);
  expect(directives).toMatchObject({
    "default-src": ["'self'"],
    "frame-ancestors": ["'none'"],
    "object-src": ["'none'"],
    "base-uri": ["'none'"],
  });
});

it("lets an embeddable page be framed by its own origin and the given ones", () => {
  const ancestors = (policy: string) => /frame-ancestors ([^;]+)/.exec(policy)?.[1];
  expect(ancestors(framedBy(pagePolicy(deployed), []))).toBe("'self'");
  expect(ancestors(framedBy(pagePolicy(deployed), ["*"]))).toBe("'self' *");
  expect(ancestors(framedBy(pagePolicy(deployed), ["https://a.example", "https://b.example"]))).toBe(
    "'self' https://a.example https://b.example",
  );
});

it("allows no foreign and no inline script", () => {
  const policy = pagePolicy(deployed);
  expect(policy).not.toMatch(/script-src|unsafe|\*/);
});

it("keeps its parts separate, with any address", () => {
  expect(() => pagePolicy({ ...deployed, http: "not an address" })).toThrow();
  const odd = pagePolicy({ ...deployed, http: "https://def.example/a; script-src *" });
  expect(odd).not.toContain("script-src");
});
