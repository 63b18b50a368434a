import { createServer, type Socket } from "node:net";
import type { SMTPServer } from "smtp-server";
import { AwsError } from "../endpoint/aws-json.ts";
import { listenLocally } from "../endpoint/loopback.ts";
import { MAX_MAIL_SIZE, MAX_RECIPIENTS } from "./mail.ts";
import type { Ses } from "./ses.ts";

/** SES's SMTP interface, listening. */
export interface Smtp {
  readonly port: number;
  /** `smtp://127.0.0.1:<port>`. */
  readonly url: string;
  /** Stops listening and ends open connections. */
  close(): Promise<void>;
}

const MAX_CLIENTS = 50;
const IDLE_MS = 60_000;

/**
 * Receives mails over SMTP, only from this machine, on a free port when `port` is 0; rejects when it is taken. Signing in
 * is possible with any name and password. There is no TLS, which loopback does not need.
 */
export async function listenSmtp(ses: Pick<Ses, "sendRaw">, port: number): Promise<Smtp> {
  const sockets = new Set<Socket>();
  let speaking: Promise<SMTPServer> | undefined;
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    socket.on("error", () => {});
    // The SMTP library is loaded with its first use, so that a start does not wait for it.
    speaking ??= speak(ses);
    speaking.then(
      (smtp) => smtp.connect(socket),
      (cause: unknown) => {
        console.error(cause);
        socket.destroy();
      },
    );
  });
  server.maxConnections = MAX_CLIENTS;
  const listening = await listenLocally(server, port);
  return {
    port: listening,
    url: `smtp://127.0.0.1:${listening}`,
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

async function speak(ses: Pick<Ses, "sendRaw">): Promise<SMTPServer> {
  const { SMTPServer } = await import("smtp-server");
  const smtp = new SMTPServer({
    name: "email-smtp.localhost",
    banner: "SES on one machine",
    logger: false,
    disabledCommands: ["STARTTLS"],
    authMethods: ["PLAIN", "LOGIN"],
    authOptional: true,
    allowInsecureAuth: true,
    // No reverse DNS look-ups.
    disableReverseLookup: true,
    size: MAX_MAIL_SIZE,
    socketTimeout: IDLE_MS,
    onAuth: ({ username }, _, done) => done(null, { user: username ?? "anybody" }),
    onRcptTo(_, { envelope }, done) {
      done(envelope.rcptTo.length < MAX_RECIPIENTS ? null : reply(452, "4.5.3 Too many recipients"));
    },
    onData(stream, { envelope }, done) {
      const chunks: Buffer[] = [];
      let size = 0;
      stream.on("data", (chunk: Buffer) => {
        size += chunk.length;
        // All of it must be read, but not stored, before an answer may be sent.
        if (size <= MAX_MAIL_SIZE) chunks.push(chunk);
        else chunks.length = 0;
      });
      stream.on("end", () => {
        if (size > MAX_MAIL_SIZE) return done(reply(552, "5.3.4 Message too long"));
        const from = envelope.mailFrom ? envelope.mailFrom.address : "";
        ses.sendRaw(Buffer.concat(chunks), { from, to: envelope.rcptTo.map(({ address }) => address) }).then(
          (id) => done(null, `Ok ${id}`),
          (cause: unknown) => done(replyTo(cause)),
        );
      });
    },
  });
  // A client that breaks off ends only its own connection.
  smtp.on("error", () => {});
  return smtp;
}

/** The SMTP answer for an error of SendEmail; after a transient one the client may try again. */
function replyTo(cause: unknown): Error {
  if (!(cause instanceof AwsError)) return reply(451, "4.3.0 Temporary service failure");
  if (cause.status === 429) return reply(454, `4.7.0 Throttling failure: ${cause.message}`);
  return cause.status >= 500
    ? reply(451, "4.3.0 Temporary service failure")
    : reply(554, `5.6.0 ${cause.message}`);
}

const reply = (responseCode: number, message: string): Error =>
  Object.assign(new Error(message), { responseCode });
