import { setImmediate as turn } from "node:timers/promises";
import { expect, it } from "vitest";
import { keptLog } from "../testing/spies.ts";
import { type Credentials, freshCredentials } from "./fresh-credentials.ts";

const MINUTE = 60_000;
const start = Date.UTC(2026, 0, 1);

/** A provider with one answer after another, and a clock that is set by hand, in minutes. */
function stage(...answers: (Credentials | Error | Promise<Credentials>)[]) {
  const { log, lines } = keptLog();
  let minutes = 0;
  let asked = 0;
  const credentials = freshCredentials({
    async provider() {
      const answer = answers[asked++];
      if (answer === undefined || answer instanceof Error) throw answer ?? new Error("no more answers");
      return answer;
    },
    clock: { now: () => start + minutes * MINUTE },
    log,
  });
  return {
    lines,
    asked: () => asked,
    /** Whose key is used at that minute. */
    async at(minute: number): Promise<string> {
      minutes = minute;
      return (await credentials()).accessKeyId;
    },
  };
}

const keys = (accessKeyId: string, expiresAfterMinutes?: number): Credentials => ({
  accessKeyId,
  secretAccessKey: "secret",
  ...(expiresAfterMinutes ? { expiration: new Date(start + expiresAfterMinutes * MINUTE) } : {}),
});

const refused = Object.assign(new Error("secret words"), { name: "CredentialsProviderError" });

it("asks when credentials are first needed, once for all who need them", async () => {
  const { at, asked } = stage(keys("a"));
  expect(asked()).toBe(0);
  expect(await Promise.all([at(0), at(0), at(0)])).toEqual(["a", "a", "a"]);
  expect(asked()).toBe(1);
});

it("never replaces credentials without an expiration", async () => {
  const { at, asked } = stage(keys("a"));
  await at(0);
  expect(await at(100_000)).toBe("a");
  expect(asked()).toBe(1);
});

it("refreshes them from 5 minutes before they expire, while nobody waits", async () => {
  let arrive = (_: Credentials) => {};
  const pending = new Promise<Credentials>((resolve) => {
    arrive = resolve;
  });
  const { at, asked } = stage(keys("a", 60), pending);
  expect(await at(0)).toBe("a");
  expect(await at(54.99)).toBe("a");
  expect(asked()).toBe(1);
  expect(await Promise.all([at(55), at(57)])).toEqual(["a", "a"]);
  await turn();
  expect(asked()).toBe(2);
  arrive(keys("b", 120));
  await turn();
  expect(await at(57)).toBe("b");
  expect(asked()).toBe(2);
});

it("uses the valid ones while a refresh fails, and tries again at most every 10 seconds", async () => {
  const { at, asked, lines } = stage(keys("a", 60), refused, keys("b", 120));
  await at(0);
  expect(await Promise.all([at(55), at(55)])).toEqual(["a", "a"]);
  await turn();
  expect(await at(55.1)).toBe("a");
  expect(asked()).toBe(2);
  expect(lines).toEqual([{ message: "credentials were not refreshed", error: "CredentialsProviderError" }]);
  expect(await at(55.2)).toBe("a");
  await turn();
  expect(await at(55.2)).toBe("b");
  expect(asked()).toBe(3);
});

it("waits for new ones, all for the same, when the old ones have expired", async () => {
  const { at, asked } = stage(keys("a", 60), keys("b", 120));
  await at(0);
  expect(await Promise.all([at(60), at(60)])).toEqual(["b", "b"]);
  expect(asked()).toBe(2);
});

it("rejects as the provider does when no credentials are valid, and asks again the next time", async () => {
  const { at } = stage(refused, keys("a", 60), refused, keys("b", 120));
  await expect(at(0)).rejects.toBe(refused);
  expect(await at(0)).toBe("a");
  await expect(at(60)).rejects.toBe(refused);
  expect(await at(60)).toBe("b");
});
