import { expect, it } from "vitest";
import { loadConfig, readConfig } from "./config.ts";

it("treats missing fields as absent", () => {
  expect(readConfig({ socketUrl: "ws://127.0.0.1:3001/", httpUrl: "http://127.0.0.1:3001/" })).toEqual({
    socketUrl: "ws://127.0.0.1:3001/",
    httpUrl: "http://127.0.0.1:3001",
    videos: false,
    standIns: false,
    maxUploadBytes: 2_147_483_648,
    sampleAvailable: false,
    devTokens: false,
    theatre: false,
    mayKill: false,
  });
});

it.each([
  { socketUrl: "javascript:alert(1)", httpUrl: "https://api.example" },
  { socketUrl: "wss://api.example", httpUrl: "javascript:alert(1)" },
  { socketUrl: "wss://api.example" },
])("refuses a configuration without the addresses of both APIs: %j", (config) => {
  expect(readConfig(config)).toBeUndefined();
});

it("reads how people sign in, and nothing that could lead them elsewhere", () => {
  const signIn = {
    issuer: "https://id.example/t",
    clientId: "pages",
    scope: "openid email",
    token: "access",
  };
  const read = (more: object) =>
    readConfig({ socketUrl: "ws://a/", httpUrl: "http://a", signIn: { ...signIn, ...more } });
  expect(read({})?.signIn).toEqual(signIn);
  for (const wrong of [
    { issuer: "javascript:alert(1)" },
    { issuer: "https://id.example/?a" },
    { clientId: "" },
    { token: "refresh" },
    { scope: "" },
    { logoutUrl: "/logout" },
  ])
    expect(read(wrong)).toBeUndefined();
});

it("has none when the host answers with another page", async () => {
  const fetch = async () => new Response("<html></html>");
  expect(await loadConfig(new URL("http://127.0.0.1:3000/"), fetch)).toBeUndefined();
});
