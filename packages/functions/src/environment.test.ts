import { expect, it } from "vitest";
import { authorizeEnvironment } from "./authorize-environment.ts";
import { environment } from "./environment.ts";

const aws = {
  AWS_REGION: "eu-central-1",
  TABLE_NAME: "callboard",
  BUS_NAME: "callboard",
  WAKEUPS_QUEUE_URL: "https://sqs.eu-central-1.amazonaws.com/123456789012/wakeups",
};

it("gives a function its own settings, and no others", () => {
  expect(environment("clock", { ...aws, BUCKET: "files", PATH: "/bin", AWS_ENDPOINT_URL: "" })).toEqual(aws);
});

it("names every variable that is missing", () => {
  expect(() => environment("ingest", { ...aws, BUCKET: "", WAKEUPS_QUEUE_URL: "" })).toThrow(
    "the environment of ingest lacks WAKEUPS_QUEUE_URL (the address of the queue of wake-ups), BUCKET (the name of the bucket), SOCKET_ENDPOINT (the address of the WebSocket API's @connections)",
  );
});

it("refuses an invalid address, and does not repeat it", () => {
  expect(() => environment("ingest", { ...aws, BUCKET: "files", SOCKET_ENDPOINT: "s3cret" })).toThrow(
    /^(?!.*s3cret).*SOCKET_ENDPOINT/,
  );
});

it("reads the address of an SMTP server, and does not repeat an invalid one", () => {
  const given = {
    ...aws,
    SMTP_URL: "smtps://ana@mail.example.com",
    SMTP_PASSWORD_PARAMETER: "smtp-password",
  };
  expect(environment("notify", given)).toMatchObject({
    SMTP_URL: { host: "mail.example.com", port: 465, secure: true, user: "ana" },
    SMTP_PASSWORD_PARAMETER: "smtp-password",
  });
  expect(() => environment("notify", { ...aws, SMTP_URL: "smtp://ana:s3cret@mail.example.com:465" })).toThrow(
    /^(?!.*(s3cret|ana|example)).*SMTP_URL \(the address of an SMTP server: it names port 465/,
  );
});

it("takes an issuer's keys or their address", () => {
  const keys = [{ kty: "EC", kid: "k1" }];
  expect(
    authorizeEnvironment({ TOKEN_JWKS: JSON.stringify({ keys }), TOKEN_ISSUER: "https://ours" }),
  ).toEqual({
    TOKEN_JWKS: { keys },
    TOKEN_ISSUER: "https://ours",
  });
  const TOKEN_JWKS_URL = "https://ours/.well-known/jwks.json";
  expect(authorizeEnvironment({ TOKEN_JWKS_URL })).toEqual({ TOKEN_JWKS_URL });
});

it.each([
  {},
  { TOKEN_JWKS: "{}" },
  { TOKEN_JWKS: "keys" },
  { TOKEN_JWKS: '{"keys":[]}', TOKEN_JWKS_URL: "https://a" },
])("needs exactly one of them: %j", (variables) => {
  expect(() => authorizeEnvironment(variables)).toThrow("TOKEN_JWKS");
});

it("accepts several audiences, and the claim that names people", () => {
  const given = { TOKEN_JWKS_URL: "https://ours/.well-known/jwks.json" };
  expect(
    authorizeEnvironment({ ...given, TOKEN_AUDIENCE: "callboard  client-1", TOKEN_USER_CLAIM: "email" }),
  ).toEqual({ ...given, TOKEN_AUDIENCE: ["callboard", "client-1"], TOKEN_USER_CLAIM: "email" });
  for (const TOKEN_USER_CLAIM of ["name", "nickname", "phone_number", "aud", "1st", "a claim"])
    expect(() => authorizeEnvironment({ ...given, TOKEN_USER_CLAIM })).toThrow("TOKEN_USER_CLAIM");
});

it("knows whether guests are let in", () => {
  const given = { TOKEN_JWKS_URL: "https://ours/.well-known/jwks.json" };
  for (const GUESTS of ["true", "false"])
    expect(authorizeEnvironment({ ...given, GUESTS })).toEqual({ ...given, GUESTS });
  expect(() => authorizeEnvironment({ ...given, GUESTS: "yes" })).toThrow("GUESTS (true or false)");
});

it("keeps finished data for the configured number of days, from one to ten years", () => {
  expect(environment("clock", { ...aws, RETENTION_DAYS: "30" })).toEqual({ ...aws, RETENTION_DAYS: 30 });
  for (const RETENTION_DAYS of ["0", "-1", "1.5555", ".5", "0.0001", "3651", "9999", "month", "1e3"])
    expect(() => environment("ingest", { ...aws, RETENTION_DAYS })).toThrow(
      "RETENTION_DAYS (for how many days finished data are kept, from 0.001 to 3650)",
    );
});

it("posts to a large channel at the configured rate, at least ten times a second", () => {
  const given = { ...aws, SOCKET_ENDPOINT: "https://socket.example/live" };
  expect(environment("fanout", { ...given, POSTS_PER_SECOND: "2000" })).toEqual({
    ...given,
    POSTS_PER_SECOND: 2000,
  });
  for (const POSTS_PER_SECOND of ["0", "9", "-10", "10.5", "100000", "all", "1e3"])
    expect(() => environment("fanout", { ...given, POSTS_PER_SECOND })).toThrow(
      "POSTS_PER_SECOND (the posts per second to the followers of one channel, 10 to 99999)",
    );
});

it("lists the configured kinds, by default none", () => {
  const given = { ...aws, BUCKET: "files", SOCKET_ENDPOINT: "https://socket.example/live" };
  const listed = (LISTS: string) => environment("ingest", { ...given, LISTS }).LISTS;
  expect(environment("ingest", given)).toEqual(given);
  expect([listed("video"), listed("video,order"), listed("none")]).toEqual([
    ["video"],
    ["video", "order"],
    [],
  ]);
  for (const LISTS of ["video/", "video,,order", "*", "video order", "k".repeat(65)])
    expect(() => environment("ingest", { ...given, LISTS })).toThrow(
      "LISTS (the kinds of subjects that are listed, such as video, separated by commas, or none)",
    );
});

it("refuses an invalid sender of mails, and names the setting", () => {
  const { WAKEUPS_QUEUE_URL: _, ...given } = aws;
  const MAIL_FROM = "Callboard <board@callboard.example>";
  expect(environment("notify", { ...given, MAIL_FROM })).toEqual({ ...given, MAIL_FROM });
  expect(() => environment("notify", { ...given, MAIL_FROM: "board" })).toThrow(
    "MAIL_FROM (an address, or a name with an address in <>)",
  );
});
