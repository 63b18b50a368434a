import { expect, it } from "vitest";
import { sleepingClock } from "../clock/clock.ts";
import { connectedStage } from "./gateway-stage.ts";
import { only, recorder, stage, waitForToken } from "./states-stage.ts";

const hourMs = 3_600_000;
/** Two ticks of the clock, with what they start. */
const soonMs = 2_500;

it("ends waits, heartbeats and timeouts that expired while the machine slept, and leaves the others", async () => {
  const clock = sleepingClock();
  const ask = recorder();
  const { start, ended, status } = stage({ ask: ask.service }, { clock });
  const waits = [600, 7_199, 7_230].map((Seconds) => start(only({ Type: "Wait", Seconds, End: true })));
  const beats = start(only(waitForToken({ HeartbeatSeconds: 60 })));
  const asks = start(only(waitForToken({ TimeoutSeconds: 3_600 })));
  const [short, long, later, silent, unanswered] = await Promise.all([...waits, beats, asks]);
  await Promise.all([ask.token(1), ask.token(2)]);
  clock.sleep(2 * hourMs);
  await clock.advance(soonMs);
  expect(await ended(short!)).toMatchObject({ status: "SUCCEEDED" });
  expect(await ended(long!)).toMatchObject({ status: "SUCCEEDED" });
  expect(await ended(silent!)).toMatchObject({ status: "FAILED", error: "States.Timeout" });
  expect(await ended(unanswered!)).toMatchObject({ status: "FAILED", error: "States.Timeout" });
  expect(await status(later!)).toBe("RUNNING");
  await clock.advance(30_000 - soonMs);
  expect(await ended(later!)).toMatchObject({ status: "SUCCEEDED" });
});

it("closes connections that were idle or old by the time the machine woke", async () => {
  const clock = sleepingClock();
  const { client, disconnected } = await connectedStage({ clock });
  clock.sleep(2 * hourMs);
  await clock.advance(soonMs);
  expect(await client.closed).toMatchObject({ code: 1001 });
  expect(await disconnected()).toMatchObject({ requestContext: { disconnectStatusCode: 1001 } });
});
