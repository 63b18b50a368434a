import { InvalidToken, type SFNClient, TaskTimedOut } from "@aws-sdk/client-sfn";
import { expect, it } from "vitest";
import { FileFault } from "../faults.ts";
import { answerState, HEARTBEAT_MS } from "./answer-state.ts";

/** The calls of a container with a token, as `Heartbeat`, `Success` …; `refuse` makes some of them fail. */
function stage(refuse: (sent: string, times: number) => Error | undefined = () => undefined) {
  const sent: { what: string; input: object }[] = [];
  const states = {
    async send(command: { constructor: { name: string }; input: object }) {
      const what = /^SendTask(\w+)Command$/.exec(command.constructor.name)![1]!;
      sent.push({ what, input: command.input });
      const failure = refuse(what, sent.filter((one) => one.what === what).length);
      if (failure) throw failure;
      return {};
    },
  } as unknown as Pick<SFNClient, "send">;
  let tick = (): void => {};
  let isStopped = false;
  return {
    sent,
    names: () => sent.map(({ what }) => what),
    tick: () => tick(),
    isStopped: () => isStopped,
    parts: {
      states,
      taskToken: "the-token",
      every(ms: number, run: () => void) {
        expect(ms).toBe(HEARTBEAT_MS);
        tick = run;
        return () => {
          isStopped = true;
        };
      },
    },
  };
}

const over = new TaskTimedOut({ $metadata: {}, message: "over" });

it("sends heartbeats, and then the result", async () => {
  const { parts, names, tick, sent, isStopped } = stage();
  let end = () => {};
  const work = new Promise<void>((resolve) => (end = resolve));
  const answered = answerState(parts, () => work);
  tick();
  tick();
  end();
  expect(await answered).toBe("done");
  expect(names()).toEqual(["Heartbeat", "Heartbeat", "Heartbeat", "Success"]);
  expect(sent.at(-1)!.input).toEqual({ taskToken: "the-token", output: "{}" });
  expect(isStopped()).toBe(true);
});

it("reports each accepted heartbeat, and sends none while its result is on its way", async () => {
  const { parts, tick, names, isStopped } = stage((what, times) =>
    what === "Heartbeat" && times === 2 ? new Error("no network") : undefined,
  );
  let heartbeats = 0;
  let end = () => {};
  const work = new Promise<void>((resolve) => (end = resolve));
  const send = parts.states.send.bind(parts.states);
  const states = {
    async send(command: { constructor: { name: string } }) {
      if (command.constructor.name === "SendTaskSuccessCommand") expect(isStopped()).toBe(true);
      return send(command as never);
    },
  } as unknown as typeof parts.states;
  const answered = answerState({ ...parts, states, onHeartbeat: () => heartbeats++ }, () => work);
  tick();
  tick();
  end();
  expect(await answered).toBe("done");
  expect([names().filter((what) => what === "Heartbeat").length, heartbeats]).toEqual([3, 2]);
});

it("reports a failure as Lambda does, under its own name", async () => {
  const { parts, sent } = stage();
  const answered = await answerState(parts, async () => {
    throw new FileFault("NotAnMp4", "The file is not an MP4 video");
  });
  expect(answered).toBe("failed");
  expect(sent.at(-1)).toEqual({
    what: "Failure",
    input: {
      taskToken: "the-token",
      error: "NotAnMp4",
      cause: JSON.stringify({ errorType: "NotAnMp4", errorMessage: "The file is not an MP4 video" }),
    },
  });
});

it.each([over, new InvalidToken({ $metadata: {}, message: "none" })])(
  "is abandoned once a heartbeat is refused, even if the work still runs: %s",
  async (refusal) => {
    const { parts, names, tick } = stage((what, times) =>
      what === "Heartbeat" && times === 2 ? refusal : undefined,
    );
    const answered = answerState(parts, () => new Promise(() => {}));
    tick();
    expect(await answered).toBe("abandoned");
    expect(names()).toEqual(["Heartbeat", "Heartbeat"]);
  },
);

it("does not start work that no state waits for", async () => {
  const { parts, names } = stage(() => over);
  let begun = false;
  const answered = await answerState(parts, async () => {
    begun = true;
  });
  expect([answered, begun, names()]).toEqual(["abandoned", false, ["Heartbeat"]]);
});

it("is abandoned when the state no longer waits for its result", async () => {
  const { parts } = stage((what) => (what === "Success" ? over : undefined));
  expect(await answerState(parts, async () => {})).toBe("abandoned");
});

it("continues when a heartbeat is lost, and fails when its result is lost", async () => {
  const lost = stage((what) => (what === "Heartbeat" ? new Error("no network") : undefined));
  expect(await answerState(lost.parts, async () => {})).toBe("done");
  const mute = stage((what) => (what === "Success" ? new Error("no network") : undefined));
  await expect(answerState(mute.parts, async () => {})).rejects.toThrow("no network");
});
