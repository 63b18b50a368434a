import { type AddressInfo, createServer, type Socket } from "node:net";
import { createSecureContext, TLSSocket } from "node:tls";
import { onTestFinished } from "vitest";
import type { SmtpServer } from "../doors/mailers/smtp-url.ts";
import { hooksCertificate, hooksKey } from "./hooks-server.ts";

/** A mail as a server received it: the envelope, and the message with its dot-stuffing. */
interface TakenMail {
  readonly from: string;
  readonly to: readonly string[];
  readonly message: string;
}

/**
 * The server's answers to a command, by its first word (`CONNECT` and `DOT` for steps without one); empty means silence.
 * Several are used one after the other, the last one repeatedly.
 */
type Answers = Readonly<Record<string, string | readonly string[]>>;

const usual: Answers = {
  CONNECT: "220 mx.test",
  EHLO: "250-mx.test\r\n250 8BITMIME",
  STARTTLS: "454 4.7.0 not now",
  MAIL: "250 2.1.0 OK",
  RCPT: "250 2.1.5 OK",
  DATA: "354 continue",
  DOT: "250 2.0.0 taken",
  QUIT: "221 bye",
};

/**
 * An SMTP server on this machine, with as much of the protocol as a client needs. It uses TLS from the first byte if
 * `secure`, and STARTTLS if its answer to that is 220; its certificate is self-signed. It ends with its test.
 */
export async function smtpServer(answers: Answers = {}, { secure = false } = {}) {
  const taken: TakenMail[] = [];
  /** The commands; those without TLS are marked: `clear EHLO …`. */
  const spoken: string[] = [];
  const said = new Map<string, number>();
  const sockets = new Set<Socket>();
  const protect = (socket: Socket) =>
    new TLSSocket(socket, {
      isServer: true,
      secureContext: createSecureContext({ key: hooksKey, cert: hooksCertificate }),
    });

  function answerTo(word: string): string {
    const all = [answers[word] ?? usual[word] ?? "500 what?"].flat();
    const nth = said.get(word) ?? 0;
    said.set(word, nth + 1);
    return all[Math.min(nth, all.length - 1)]!;
  }

  function speak(socket: Socket, isClear: boolean, isNew: boolean): void {
    sockets.add(socket.on("error", () => {}));
    const say = (word: string): string => {
      const answer = answerTo(word);
      if (answer !== "") socket.write(`${answer}\r\n`);
      return answer;
    };
    let text = "";
    let inMessage = false;
    let from = "";
    let to: string[] = [];
    const hear = (data: Buffer) => {
      text += data.toString("latin1");
      for (;;) {
        const end = inMessage ? text.indexOf("\r\n.\r\n") : text.indexOf("\r\n");
        if (end < 0) return;
        const part = text.slice(0, end);
        text = text.slice(end + (inMessage ? 5 : 2));
        if (inMessage) {
          inMessage = false;
          taken.push({ from, to, message: part.replace(/^\.\./gm, ".") });
          say("DOT");
          continue;
        }
        spoken.push(`${isClear ? "clear " : ""}${part}`);
        const word = part.split(" ")[0]!.toUpperCase();
        if (word === "MAIL") [from, to] = [addressIn(part), []];
        if (word === "RCPT") to.push(addressIn(part));
        const answer = say(word);
        inMessage = word === "DATA" && !/^[45]/.test(answer);
        if (word === "STARTTLS" && answer.startsWith("220")) {
          socket.off("data", hear);
          return speak(protect(socket), false, false);
        }
      }
    };
    socket.on("data", hear);
    if (isNew) say("CONNECT");
  }

  const server = createServer((socket) => {
    sockets.add(socket.on("error", () => {}));
    if (secure) speak(protect(socket), false, true);
    else speak(socket, true, true);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const close = () =>
    new Promise<void>((resolve) => {
      for (const socket of sockets) socket.destroy();
      server.close(() => resolve());
    });
  onTestFinished(close);
  const { port } = server.address() as AddressInfo;
  const place: SmtpServer = { host: "127.0.0.1", port, secure };
  return {
    server: place,
    taken,
    close,
    /** The first words of the commands, and passwords that it received. */
    commands: () => spoken.map((one) => /^(clear )?\S+/.exec(one)![0]),
    passwords: () => spoken.flatMap((one) => /AUTH PLAIN (\S+)/.exec(one)?.[1] ?? []).map(passwordIn),
  };
}

const passwordIn = (encoded: string): string =>
  Buffer.from(encoded, "base64").toString("utf8").split("\0")[2]!;

const addressIn = (command: string): string => /<([^>]*)>/.exec(command)?.[1] ?? "";
