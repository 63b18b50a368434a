import { connect } from "node:net";
import { SESv2Client } from "@aws-sdk/client-sesv2";
import { onTestFinished } from "vitest";
import type { PutEventsEntry } from "../../bus/event.ts";
import { virtualClock } from "../../clock/clock.ts";
import { createEndpoint } from "../../endpoint/endpoint.ts";
import { type MemoryStore, memoryStore } from "../../store/memory-store.ts";
import { createSes, type SesOptions } from "../ses.ts";
import { listenSmtp } from "../smtp.ts";

/** 2026-01-01T00:00:00Z */
export const NEW_YEAR = 1_767_225_600_000;

/** The bus's answer when it has accepted everything. */
export const noFailures = { FailedEntryCount: 0, Entries: [] };

/** SES behind an endpoint and over SMTP, with the real client, and the events that it puts on the bus. */
export async function sesStage({
  store = memoryStore(),
  ...options
}: Partial<SesOptions> & { readonly store?: MemoryStore } = {}) {
  const clock = virtualClock(NEW_YEAR);
  const put: PutEventsEntry[] = [];
  const putEvents = async (entries: readonly PutEventsEntry[]) => {
    put.push(...entries);
    return noFailures;
  };
  const ses = createSes({ clock, store, putEvents, ...options });
  const endpoint = await createEndpoint({ port: 0, services: [ses] });
  const smtp = await listenSmtp(ses, 0);
  const client = new SESv2Client({
    endpoint: endpoint.url,
    region: "us-east-1",
    credentials: { accessKeyId: "a", secretAccessKey: "b" },
    maxAttempts: 1,
  });
  onTestFinished(async () => {
    client.destroy();
    await Promise.all([endpoint.close(), smtp.close(), ses.close()]);
  });
  /** The events since the last call, each with its type and its detail. */
  const events = async () => {
    await ses.idle();
    return put
      .splice(0)
      .map(({ DetailType, Detail, ...rest }) => ({ type: DetailType, detail: JSON.parse(Detail!), ...rest }));
  };
  return { ses, client, clock, store, url: endpoint.url, smtp, events };
}

/** A mail as the SDK's input. */
export const mailTo = (...to: string[]) => ({
  FromEmailAddress: "Callboard <desk@example.com>",
  Destination: { ToAddresses: to },
  Content: {
    Simple: {
      Subject: { Data: "A question for you", Charset: "UTF-8" },
      Body: { Text: { Data: "Which title?" }, Html: { Data: "<p>Which title?</p>" } },
    },
  },
});

/** A mail as it goes over the wire. */
export const rawMail = (...lines: string[]): Buffer => Buffer.from(lines.join("\r\n"));

/** Sends SMTP line by line, and returns the answer to each; the text after `DATA` is one item. */
export async function speakSmtp(port: number, ...said: string[]): Promise<string[]> {
  const socket = connect(port, "127.0.0.1").setEncoding("utf8");
  const answers: string[] = [];
  let received = "";
  const next = () => {
    const line = said.shift();
    if (line === undefined) socket.end();
    else socket.write(`${line}\r\n`);
  };
  for await (const chunk of socket) {
    received += chunk;
    // The last line of an answer has no hyphen after its code.
    for (let end = received.search(/^\d{3} .*\r\n/m); end >= 0; end = received.search(/^\d{3} .*\r\n/m)) {
      const after = received.indexOf("\r\n", end) + 2;
      answers.push(received.slice(end, after).trim());
      received = received.slice(after);
      next();
    }
  }
  return answers;
}
