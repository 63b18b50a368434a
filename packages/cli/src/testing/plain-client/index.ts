import { WebSocket } from "ws";
import type { StartProgram } from "../../commands/conformance-client/program.ts";
import { type Fields, type Message, plainChannels } from "./channels.ts";
import type { Fault } from "./faults.ts";

interface Link {
  socket: WebSocket;
  unanswered: Map<string, Message>;
  welcomed: boolean;
  timers: NodeJS.Timeout[];
}

const seconds = (n: number) => n * 1000;

/** A short client written from PROTOCOL.md alone, as the program of a conformance test. */
export const plainClient =
  (fault?: Fault): StartProgram =>
  ({ CALLBOARD_URL: url, CALLBOARD_TOKEN_URL: tokenUrl }, listener) => {
    const does = (one: Fault) => fault === one;
    const replies = new Map<string, Message>();
    const timers = new Set<NodeJS.Timeout>();
    let current: Link | undefined;
    let opening = false;
    let attempts = 0;
    let notBefore = 0;
    let ids = 0;
    let over = false;
    /** False after a final goodbye. */
    let isWanted = true;
    let token = "";

    function after(ms: number, run: () => void): NodeJS.Timeout {
      const timer = setTimeout(() => {
        timers.delete(timer);
        if (!over) run();
      }, ms);
      timers.add(timer);
      return timer;
    }
    const nextId = () => (does("gives all messages one id") ? "m" : `m${++ids}`);
    const print = (value: object) =>
      listener.line(does("prints no JSON") ? String(value) : JSON.stringify(value));

    function portions<T>(all: readonly T[]): T[][] {
      const most = does("names all channels at once") ? 1000 : 50;
      return all.length === 0 ? [] : [all.slice(0, most), ...portions(all.slice(most))];
    }

    const channels = plainChannels({
      does,
      after,
      nextId,
      print,
      portions,
      send: (message) => current && send(current, message),
    });

    function send(link: Link, message: Message): void {
      link.unanswered.set(message.id, message);
      if (link.socket.readyState !== WebSocket.OPEN) return;
      link.socket.send(JSON.stringify(message));
      if (message.type === "ping" || does("waits for answers forever")) return;
      link.timers.push(
        after(seconds(10), () => link.unanswered.has(message.id) && link === current && ping(link)),
      );
    }

    function ping(link: Link): void {
      const of = channels.followed().filter(({ map, forbidden }) => map.epoch && !forbidden);
      const at = of.map(({ name, map }) => [name, [map.epoch, map.offset]] as const);
      for (const some of at.length > 0 ? portions(at) : [[]]) {
        const message = {
          type: "ping",
          id: nextId(),
          at: does("sends no position") ? {} : Object.fromEntries(some),
        };
        send(link, message);
        if (does("trusts dead connections")) continue;
        const patience = does("is impatient") ? seconds(2) : seconds(10);
        link.timers.push(after(patience, () => link.unanswered.has(message.id) && link.socket.terminate()));
      }
    }

    async function open(): Promise<void> {
      if (opening || over) return;
      opening = true;
      try {
        if (!does("uses a token twice") || !token) token = await (await fetch(tokenUrl)).text();
      } catch (cause) {
        // The case may have ended meanwhile, and its server with it.
        if (!over) throw cause;
      }
      if (over) return;
      const address = does("puts the token in the URL") ? `${url}?token=${token}` : url;
      const options = {
        followRedirects: does("follows redirects"),
        ...(does("accepts only small messages") ? { maxPayload: 65_536 } : {}),
      };
      const socket = new WebSocket(address, ["callboard.v1", `callboard.bearer.${token}`], options);
      const link: Link = { socket, unanswered: new Map(), welcomed: false, timers: [] };
      socket.on("error", () => {});
      socket.on("message", (data) => !over && receive(link, JSON.parse(String(data))));
      socket.on("open", () => {
        const [first = []] = portions(channels.followed());
        const hello: Message = { type: "hello", id: nextId(), client: "plain" };
        if (does("subscribes before hello"))
          send(link, { type: "subscribe", id: nextId(), channels: channels.subscribes(first) });
        else if (first.length > 0) hello.channels = channels.subscribes(first);
        send(link, hello);
      });
      socket.on("close", () => {
        for (const timer of link.timers) clearTimeout(timer);
        if (!link.welcomed) opening = false;
        if (over || (link.welcomed && link !== current)) return;
        if (link === current) current = undefined;
        if (!isWanted || (does("never reconnects") && link.welcomed)) return;
        const wait = does("does not wait") ? 0 : Math.random() * Math.min(seconds(30), 250 * 2 ** attempts++);
        after(Math.max(wait, notBefore - Date.now()), open);
      });
      if (over) socket.terminate();
    }

    function welcome(link: Link, message: Fields): void {
      const former = current;
      current = link;
      link.welcomed = true;
      opening = false;
      attempts = 0;
      if (!does("keeps both connections")) former?.socket.close();
      for (const timer of former?.timers ?? []) clearTimeout(timer);
      const now = does("uses its own clock") ? Date.now() : Number(message.serverTime);
      const left = Number(message.expiresAt) - now;
      if (!does("never renews"))
        link.timers.push(after(Math.min(left * 0.8, 2 ** 31 - 1), () => renew(link)));
      const pace = message.heartbeatMs as Record<string, number>;
      let pingedAt = Date.now();
      const look = () => {
        const kinds = channels.followed().map(({ name }) => name.split(":")[0]!);
        const ms = Math.min(pace.watch!, ...kinds.map((kind) => pace[kind] ?? pace.watch!));
        if (Date.now() - pingedAt >= (does("pings at its own pace") ? seconds(60) : ms)) {
          pingedAt = Date.now();
          ping(link);
        }
        link.timers.push(after(100, look));
      };
      look();
      channels.takeAnswers(message.channels);
      const followed = channels.followed();
      channels.ask(
        followed.filter(({ name }) => !Object.hasOwn((message.channels as object | undefined) ?? {}, name)),
      );
      if (!does("loses replies")) for (const reply of replies.values()) send(link, again(reply));
    }

    function renew(link: Link): void {
      if (does("closes before it renews")) link.socket.close();
      else void open();
    }

    const again = (message: Message): Message =>
      message.type === "reply" && does("makes a new replyId each time")
        ? { ...message, id: nextId(), replyId: `r_${nextId()}` }
        : message;

    function sendAgain(link: Link, ms: number): void {
      after(does("repeats at once") ? 0 : ms, () => {
        for (const message of [...link.unanswered.values()]) {
          link.unanswered.delete(message.id);
          send(link, again(message));
        }
      });
    }

    function receive(link: Link, message: Fields): void {
      const asked = link.unanswered.get(String(message.re));
      if (message.type !== "error") link.unanswered.delete(String(message.re));
      switch (message.type) {
        case undefined:
          if (!does("ignores the gateway")) sendAgain(link, 1000 + 1000 * Math.random());
          return;
        case "welcome":
          welcome(link, message);
          return;
        case "subscribed":
          channels.takeAnswers(message.channels);
          return;
        case "delta":
          channels.takeDelta(message);
          return;
        case "pong":
          if (!does("ignores behind")) channels.behind(message.behind as string[]);
          return;
        case "receipt": {
          const { requestId, replyId, status, code } = message;
          replies.delete(String(message.re));
          if (status === "refused" && does("repeats what was refused") && asked)
            after(100, () => send(link, { ...asked, id: nextId() }));
          print({
            receipt: { requestId, replyId, status, ...(code && !does("prints no codes") ? { code } : {}) },
          });
          return;
        }
        case "error":
          if (message.retry === "later") sendAgain(link, Number(message.retryAfterMs ?? 1000));
          else if (message.retry === "reauthenticate" && !does("ignores reauthenticate")) void open();
          return;
        case "bye":
          if (does("ignores bye")) return;
          if (message.retry === "never") isWanted = does("reconnects although it must not");
          else if (message.afterMs === undefined) void open();
          else if (!does("reconnects too soon")) notBefore = Date.now() + Number(message.afterMs);
          return;
        case "unsubscribed":
        case "acted":
        case "resolved":
          return;
        default:
          if (does("ends at unknown messages")) link.socket.terminate();
      }
    }

    void open();
    return {
      write(text) {
        const command = JSON.parse(text);
        if (command.follow) channels.follow(command.follow);
        if (command.leave) channels.leave(command.leave);
        if (command.reply) {
          const replyId = does("has one replyId") ? "r_1" : `r_${Math.random().toString(36).slice(2)}`;
          const message: Message = { ...command.reply, type: "reply", id: nextId(), replyId };
          if (does("loses comments")) delete message.comment;
          replies.set(message.id, message);
          if (current) send(current, message);
        }
      },
      async end() {
        over = true;
        for (const timer of timers) clearTimeout(timer);
        current?.socket.terminate();
      },
    };
  };
