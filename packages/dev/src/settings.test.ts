import { isAbsolute } from "node:path";
import { expect, it } from "vitest";
import { readSettings } from "./settings.ts";

it("has the documented defaults", () => {
  const settings = readSettings({});
  expect(settings).toMatchObject({ port: 3000, socketPort: 3001, awsPort: 3002, lists: "video" });
  expect(isAbsolute(settings.data)).toBe(true);
  expect(settings).not.toHaveProperty("model");
});

it.each(["abc", "-1", "65536", "3.5"])("refuses %s as a port, naming the variable", (text) => {
  expect(() => readSettings({ CALLBOARD_PORT: text })).toThrow("CALLBOARD_PORT is not a port");
});

it("reads a model's address, with a name and a key", () => {
  const env = {
    CALLBOARD_MODEL_URL: "http://127.0.0.1:11434/v1/",
    CALLBOARD_MODEL_NAME: "m",
    CALLBOARD_MODEL_KEY: "k",
  };
  expect(readSettings(env).model).toEqual({ url: "http://127.0.0.1:11434/v1", name: "m", key: "k" });
  expect(() => readSettings({ CALLBOARD_MODEL_URL: "11434" })).toThrow("CALLBOARD_MODEL_URL");
});

it.each(["board", "Callboard <board@callboard>", "board..all@callboard.example"])(
  "refuses %s as the sender of mails, naming the variable",
  (text) => {
    expect(() => readSettings({ CALLBOARD_MAIL_FROM: text })).toThrow("CALLBOARD_MAIL_FROM");
  },
);

it.each(["0", "1.5555", "3651", "a month"])("refuses to keep requests for %s days", (text) => {
  expect(() => readSettings({ RETENTION_DAYS: text })).toThrow("RETENTION_DAYS is not a number of days");
});

it.each(["orders", "[]", '{"orders":"order/"}', '{"orders":[1]}'])("refuses %s as publishers", (text) => {
  expect(() => readSettings({ PUBLISHERS: text })).toThrow("PUBLISHERS is not JSON such as");
});

it("reads publishers with the prefixes of their subjects", () => {
  const publishers = { orders: ["order/"] };
  expect(readSettings({ PUBLISHERS: JSON.stringify(publishers) }).publishers).toEqual(publishers);
});

it("reads origins as browsers send them", () => {
  const named = "http://127.0.0.1:3000, http://localhost:5173/";
  expect(readSettings({ CALLBOARD_ORIGINS: named }).origins).toEqual([
    "http://127.0.0.1:3000",
    "http://localhost:5173",
  ]);
  expect(() => readSettings({ CALLBOARD_ORIGINS: "localhost:5173" })).toThrow(
    "CALLBOARD_ORIGINS is not a list",
  );
});

it("reads the SMTP server for mails, with its user's password", () => {
  for (const url of ["smtp://127.0.0.1:1025", "smtps://ana%40corp.example:p%25ss@mail.example.com"])
    expect(readSettings({ CALLBOARD_SMTP_URL: ` ${url} ` }).smtpUrl).toBe(url);
  expect(readSettings({ CALLBOARD_SMTP_URL: "" })).not.toHaveProperty("smtpUrl");
});

it.each([
  ["smtp://ana@mail.example.com", "names a user without a password"],
  ["smtp://ana:s3cret@mail.example.com:465", "names port 465"],
  ["smtp://ana:s3%cret@mail.example.com", "has a %"],
  ["smtp://ana:s3cret@mail.example.com?pool=true", "has a ?"],
  ["ana:s3cret@mail.example.com", "is not an address such as smtp://user@host:587"],
])("says what is wrong with the SMTP server of %s, and repeats none of it", (url, what) => {
  const read = () => readSettings({ CALLBOARD_SMTP_URL: url });
  expect(read).toThrow(`CALLBOARD_SMTP_URL ${what}`);
  expect(read).not.toThrow(/s3|ana|example/);
});

it("passes on how long requests are kept", () => {
  for (const days of ["30", "0.003"]) expect(readSettings({ RETENTION_DAYS: days }).retentionDays).toBe(days);
});

it("reads an issuer by a deployment's variables, also over http on this machine", () => {
  const env = {
    CALLBOARD_ISSUER: "http://127.0.0.1:8080/",
    CALLBOARD_CLIENT_ID: "pages",
    CALLBOARD_USER_CLAIM: "preferred_username",
    CALLBOARD_PAGES_TOKEN: "access",
    CALLBOARD_CAPABILITIES: '{"*":["watch:*"]}',
  };
  expect(readSettings(env).identity).toEqual({
    issuer: { url: "http://127.0.0.1:8080", clientId: "pages", audience: ["pages"] },
    userClaim: "preferred_username",
    pagesToken: "access",
    capabilities: { "*": ["watch:*"] },
    guests: false,
  });
  expect(readSettings({})).not.toHaveProperty("identity");
});

it.each([
  ["CALLBOARD_ISSUER", "id.example"],
  ["CALLBOARD_CLIENT_ID", "pages"],
  ["CALLBOARD_AUDIENCE", "callboard"],
  ["CALLBOARD_USER_CLAIM", "email"],
  ["CALLBOARD_PAGES_TOKEN", "access"],
  ["CALLBOARD_CAPABILITIES", '{"*":["watch:*"]}'],
  ["CALLBOARD_GUESTS", "true"],
])("says that %s alone has no effect: %s", (name, value) => {
  expect(() => readSettings({ [name]: value })).toThrow(name);
});

it("lists videos unless other kinds or none are set", () => {
  const lists = (CALLBOARD_LISTS: string) => readSettings({ CALLBOARD_LISTS }).lists;
  expect([lists(""), lists("order,video"), lists("none")]).toEqual(["video", "order,video", "none"]);
  expect(() => lists("video/v_1")).toThrow("CALLBOARD_LISTS is not a list of kinds");
});
