import { isThrottlingError, isTransientError } from "@smithy/core/retry";
import fc from "fast-check";
import { expect, it } from "vitest";
import { stillClock } from "../../testing/still-clock.ts";
import { type Passing, passingCode, passingError, standardRetries } from "./retries.ts";

function stage(random = 1) {
  const clock = stillClock();
  const retries = standardRetries({ attempts: 4, baseMs: 25, clock, random: () => random });
  const fail = async (passing: Passing, retryAfterMs?: number) => {
    let cost: number | undefined;
    for (let tries = 1; ; tries++) {
      const pause = retries.before(tries, passing, retryAfterMs);
      if (!pause) return { tries, cost };
      cost = await pause;
    }
  };
  return { clock, retries, fail };
}

it("makes a call four times in all, with pauses that double", async () => {
  const { clock, fail } = stage();
  expect(await fail("transient")).toMatchObject({ tries: 4 });
  expect(clock.waits).toEqual([25, 50, 100]);
});

it("waits longer after throttling", async () => {
  const { clock, fail } = stage();
  expect(await fail("throttled")).toMatchObject({ tries: 4 });
  expect(clock.waits).toEqual([1000, 2000, 4000]);
});

it("waits a random part of each pause, so that callers do not retry together", async () => {
  const { clock, fail } = stage(0.5);
  await fail("transient");
  expect(clock.waits).toEqual([12, 25, 50]);
});

it("waits as long as the service asks for, up to five seconds more than it would", async () => {
  const { clock, fail } = stage();
  await fail("transient", 40);
  await fail("transient", 60_000);
  expect(clock.waits).toEqual([40, 50, 100, 5025, 5050, 5100]);
});

it("stops retrying a service that stays down, and starts again as calls succeed", async () => {
  const { retries, fail } = stage(0);
  const tries: number[] = [];
  for (let call = 0; call < 14; call++) tries.push((await fail("transient")).tries);
  expect(tries).toEqual([...Array.from({ length: 11 }, () => 4), 3, 1, 1]);
  for (let call = 0; call < 14; call++) retries.succeeded();
  expect(await fail("transient")).toMatchObject({ tries: 2 });
  retries.succeeded(14);
  expect(await fail("transient")).toMatchObject({ tries: 2 });
});

const names = [
  ...["ThrottlingException", "Throttling", "SlowDown", "ProvisionedThroughputExceededException"],
  ...["RequestLimitExceeded", "LimitExceededException", "TransactionInProgressException"],
  ...["TransactionConflictException", "TransactionCanceledException", "ConditionalCheckFailedException"],
  ...["ValidationException", "InternalServerError", "ServiceUnavailable", "UnknownError", "RequestTimeout"],
  ...["ResourceNotFoundException", "AccessDeniedException", "UnrecognizedClientException", "TimeoutError"],
];

it("classifies transient errors as the SDK does", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...names),
      fc.constantFrom(400, 403, 404, 413, 429, 500, 501, 502, 503, 504, 505),
      (name, status) => {
        const error = Object.assign(new Error(name), { name, $metadata: { httpStatusCode: status } });
        const theirs = isThrottlingError(error as never)
          ? "throttled"
          : isTransientError(error as never)
            ? "transient"
            : undefined;
        expect([name, status, passingError(name, status)]).toEqual([name, status, theirs]);
      },
    ),
    { numRuns: 400 },
  );
});

it.each([
  ...["ECONNRESET", "ECONNREFUSED", "EPIPE", "ETIMEDOUT", "EHOSTUNREACH", "ENETUNREACH", "ENOTFOUND"],
  ...["EAI_AGAIN", "CERT_HAS_EXPIRED", "ERR_TLS_CERT_ALTNAME_INVALID"],
])("classifies %s as the SDK does", (code) => {
  const theirs = isTransientError(Object.assign(new Error(code), { code }) as never);
  expect(passingCode(code)).toBe(theirs ? "transient" : undefined);
});
