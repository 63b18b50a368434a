import { expect, it } from "vitest";
import { plain } from "../testing/plain.ts";
import { englishForTests, japaneseForTests } from "../testing/words.ts";
import { apiErrorText } from "./api-error.ts";

it.each<[string, object, string]>([
  [
    "which field is wrong",
    { code: "bad_message", details: { issues: ["files.0: The file is over 5 GB"] } },
    "The file is over 5 GB.",
  ],
  [
    "what has not arrived",
    { code: "nothing_uploaded", details: { fileName: "a.mp4" } },
    "a.mp4 has not arrived yet.",
  ],
  [
    "how long to wait",
    { code: "rate_limited", details: { retryAfterMs: 90_000 } },
    "You have sent many videos. Try again in 2 min.",
  ],
  [
    "why it cannot continue",
    { code: "not_redrivable", details: { reason: "ended_well" } },
    "It succeeded: there is nothing to try again.",
  ],
  ["that one may not", { code: "forbidden" }, "You may not do that."],
  [
    "that it went wrong",
    { code: "internal", details: { status: 502 } },
    "Something went wrong on the server (502). Try again.",
  ],
])("explains %s", (_, error, text) => {
  expect(plain(apiErrorText(error as never, englishForTests))).toBe(text);
});

it("marks the server's own rule as a foreign text in Japanese", () => {
  const error = { code: "bad_message", details: { issues: ["files.0: The file is over 5 GB"] } };
  expect(apiErrorText(error, japaneseForTests)).toBe(
    "サーバーに受け付けられませんでした：\u2068The file is over 5 GB.\u2069",
  );
});
