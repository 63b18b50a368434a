import { smtpServer } from "@callboard/functions/testing/smtp-server.ts";
import { expect, it, onTestFinished } from "vitest";
import { startAsking } from "./asking.ts";
import { awsAt } from "./aws.ts";
import { openMachine, startArguments } from "./machine.ts";
import { eventually } from "./people.ts";

/** The password in the URL, and decoded: neither may appear anywhere. */
const [written, password] = ["p%40ss%3Aw%25rd", "p@ss:w%rd"];
const signsIn = { EHLO: "250-mx.test\r\n250 AUTH PLAIN", AUTH: "235 2.7.0 welcome" };

/** A start whose mails go through a server; Ana has connected once and is asked something. */
async function asked(port: number, args: readonly string[] = startArguments) {
  const machine = await openMachine();
  onTestFinished(machine.close);
  const running = machine.start(
    {
      CALLBOARD_SMTP_URL: `smtp://board%40corp.example:${written}@127.0.0.1:${port}`,
      CALLBOARD_MAIL_FROM: "Board <board@corp.example>",
      CALLBOARD_NOTIFY_AFTER_SECONDS: "1",
    },
    args,
  );
  await running.up;
  const at = (which: "pages" | "socket" | "aws") => `http://127.0.0.1:${machine.ports[which]}`;
  const { token } = (await (await fetch(`${at("pages")}/dev/token?user=ana&role=creator`)).json()) as {
    token: string;
  };
  const settings = await fetch(`${at("socket")}/settings`, { headers: { authorization: `Bearer ${token}` } });
  expect(settings.status).toBe(200);
  await startAsking(awsAt(at("aws")), "by-smtp", ["video/v_smtp"], { assignees: ["user/ana"] });
  return { running, pages: at("pages") };
}

it.each([
  ["npm start", startArguments],
  ["callboard start", ["packages/cli/bin/callboard.js", "start"]],
] as const)(
  "sends a question's mail through the server in %s, and not into its mailbox",
  async (_, args) => {
    const { server, taken, passwords } = await smtpServer(signsIn);
    const { running, pages } = await asked(server.port, args);
    await eventually(
      async () => taken,
      (mails) => mails.length > 0,
    );
    expect(taken[0]).toMatchObject({ from: "board@corp.example", to: ["ana@example.com"] });
    expect(taken[0]!.message).toContain("Which one?");
    expect(taken[0]!.message).toContain("/answer.html#");
    expect(passwords()).toEqual([password]);

    expect(await (await fetch(`${pages}/dev/mail`)).json()).toEqual([]);
    const place = `127.0.0.1:${server.port}`;
    expect(await (await fetch(`${pages}/mail.html`)).text()).toContain(`data-mailbox="${place}"`);
    expect(running.output()).toContain(
      `Callboard's own mails go through ${place}; they are not in the mailbox.`,
    );
    for (const secret of [written, password, "corp.example"]) expect(running.output()).not.toContain(secret);
  },
  60_000,
);

it("says that the server refuses the password, and does not show it", async () => {
  const { server, taken } = await smtpServer({ ...signsIn, AUTH: `535 5.7.8 no ${password}` });
  const { running } = await asked(server.port);
  await eventually(
    async () => running.output(),
    (all) => all.includes("the SMTP server takes no mail"),
  );
  expect(running.output()).toContain("the SMTP server takes no mail reason=sign_in_refused");
  for (const secret of [written, password, "corp.example"]) expect(running.output()).not.toContain(secret);
  expect(taken).toEqual([]);
}, 60_000);

it("does not start with an invalid address, and says so in one line without the address", async () => {
  const machine = await openMachine();
  onTestFinished(machine.close);
  const running = machine.start({ CALLBOARD_SMTP_URL: `smtp://ana:${written}@127.0.0.1:465` });
  running.up.catch(() => {});
  expect((await running.ended).code).toBe(1);
  const lines = running
    .output()
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("Building"));
  expect(lines).toEqual(["CALLBOARD_SMTP_URL names port 465, where servers speak TLS at once: say smtps:"]);
}, 60_000);
