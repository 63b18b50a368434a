// @vitest-environment happy-dom
import { act, type ReactNode, useState } from "react";
import { createRoot } from "react-dom/client";
import { expect, it, onTestFinished, vi } from "vitest";
import { connect } from "../callboard.ts";
import { CallboardProvider, useCallboard, useChannel, useConnection } from "../react.ts";
import { fakeCallboard } from "../testing/fake/index.ts";

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });

const subject = "order/7";

function Order() {
  const { state } = useConnection();
  const watch = useChannel(`watch:${subject}`);
  const inbox = useChannel("inbox:user/ana");
  const { reply } = useCallboard();
  const [outcome, setOutcome] = useState("idle");
  const asked = [...inbox.items.values()].find(({ key }) => key.startsWith("request/"));
  const approve = () =>
    asked &&
    reply({
      requestId: asked.key.slice("request/".length) as `req_${string}`,
      round: 1,
      verb: "approve",
    }).then(({ status }) => setOutcome(status));
  return (
    <button type="button" onClick={approve}>
      {[state, watch.items.size, asked ? "asked" : "nothing", outcome].join(" ")}
    </button>
  );
}

async function page(fake: ReturnType<typeof fakeCallboard>, content: ReactNode) {
  const client = connect({ ...fake.as("user/ana") });
  const element = document.createElement("div");
  const root = createRoot(element);
  onTestFinished(async () => {
    await act(async () => root.unmount());
    client.close();
  });
  await act(async () => {
    root.render(<CallboardProvider client={client}>{content}</CallboardProvider>);
    await fake.settled();
  });
  return element;
}

it.each(["real", "fake"])("is drawn only inside act, with %s timers", async (timers) => {
  if (timers === "fake") vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const warned = vi.spyOn(console, "error");
  onTestFinished(() => warned.mockRestore());
  const fake = fakeCallboard();
  const element = await page(fake, <Order />);
  expect(element.textContent).toBe("connected 0 nothing idle");
  const question = await act(() =>
    fake.ask({ subject, prompt: "Ship it?", verbs: ["approve"], assignees: ["user/ana"] }),
  );
  expect(element.textContent).toMatch(/^connected \d asked idle$/);
  await act(async () => {
    element.querySelector("button")?.click();
    await fake.settled();
  });
  expect(element.textContent).toMatch(/nothing accepted$/);
  expect(question.answers).toHaveLength(1);
  await act(async () => {
    fake.disconnect();
    await fake.settled();
  });
  expect(element.textContent).toMatch(/^waiting /);
  await act(async () => {
    fake.reconnect();
    await fake.advance(31_000);
  });
  expect(element.textContent).toMatch(/^connected /);
  expect(warned).not.toHaveBeenCalled();
});
