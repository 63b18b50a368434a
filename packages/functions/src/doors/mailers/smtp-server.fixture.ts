import { type AddressInfo, createServer, type Socket } from "node:net";
import { onTestFinished } from "vitest";

/** A mail as a server took it: the envelope, and the message with its dots as they were. */
interface TakenMail {
  readonly from: string;
  readonly to: readonly string[];
  readonly message: string;
}

/** What the server answers to a command, by its first word (`CONNECT` and `DOT` for what has none); silence if it is empty. */
type Answers = Readonly<Record<string, string>>;

const usual: Answers = {
  CONNECT: "220 mx.test",
  EHLO: "250-mx.test\r\n250 8BITMIME",
  MAIL: "250 2.1.0 OK",
  RCPT: "250 2.1.5 OK",
  DATA: "354 go on",
  DOT: "250 2.0.0 taken",
  QUIT: "221 bye",
};

/** A server on this machine that speaks as much SMTP as a client needs; it ends with its test. */
export async function smtpServer(answers: Answers = {}) {
  const taken: TakenMail[] = [];
  const commands: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.on("error", () => {}));
    const say = (word: string) => {
      const answer = answers[word] ?? usual[word] ?? "500 what?";
      if (answer !== "") socket.write(`${answer}\r\n`);
    };
    let text = "";
    let inMessage = false;
    let from = "";
    let to: string[] = [];
    socket.on("data", (data) => {
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
        commands.push(part);
        const word = part.split(" ")[0]!.toUpperCase();
        if (word === "MAIL") [from, to] = [addressIn(part), []];
        if (word === "RCPT") to.push(addressIn(part));
        say(word);
        inMessage = word === "DATA" && !(answers.DATA ?? "354").match(/^[45]/);
      }
    });
    say("CONNECT");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const close = () =>
    new Promise<void>((resolve) => {
      for (const socket of sockets) socket.destroy();
      server.close(() => resolve());
    });
  onTestFinished(close);
  return { url: `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`, taken, commands, close };
}

const addressIn = (command: string): string => /<([^>]*)>/.exec(command)?.[1] ?? "";
