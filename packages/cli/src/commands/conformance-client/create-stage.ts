import type { IncomingMessage } from "node:http";
import { isDeepStrictEqual } from "node:util";
import {
  type Channel,
  type ClientMessage,
  type ClientMessageOf,
  connectionMs,
  heartbeatMs,
} from "@callboard/protocol";
import type { WebSocket } from "ws";
import { type Board, createBoard } from "./board.ts";
import { createLink, type Link } from "./link.ts";
import type { Program, StartProgram } from "./program.ts";
import { cut, readProgramLines } from "./program-lines.ts";
import { Breached, type Listener, type Received, type RunningStage, type Stage } from "./stage.ts";
import { type Known, usualAnswer } from "./usual-answers.ts";
import { type Breach, createFrameReader, openingBreach, tokenOf } from "./wire-rules.ts";

type Type = ClientMessage["type"];

/** How many lines of each kind are kept to report a failure. */
const TRACES = 12;

/** Starts the program of a case. `patienceMs` is how long each wait may take. */
export function createStage(options: {
  url: string;
  start: StartProgram;
  patienceMs: number;
  now: () => number;
  random: () => string;
}): RunningStage {
  const { now, random, patienceMs } = options;
  const boards = new Map<Channel, Board>();
  const links: Link[] = [];
  const received: Received[] = [];
  const lines = readProgramLines(boards);
  const fresh = new Set<string>();
  const wire: string[] = [];
  const words: string[] = [];
  const looks = new Set<() => void>();
  const listeners: { [T in Type]?: Listener<T> } = {};
  let onAsked: Parameters<Stage["onAsked"]>[0] = (_, usual) => usual();
  let onOpening: () => number | undefined = () => undefined;
  let breach: Breached | undefined;
  let over = false;

  const terms: Stage["terms"] = { heartbeatMs, lifeMs: connectionMs, aheadMs: 0, more: {} };
  const serverTime = () => now() + terms.aheadMs;

  function keep(traces: string[], text: string): void {
    traces.push(cut(text));
    if (traces.length > TRACES) traces.shift();
  }

  function happened(): void {
    for (const look of [...looks]) look();
  }

  function fail(of: Breach): void {
    if (!over) breach ??= new Breached(of);
    happened();
  }

  function board(channel: Channel): Board {
    const known = boards.get(channel) ?? createBoard(serverTime, random);
    boards.set(channel, known);
    return known;
  }

  function connected(request: IncomingMessage, socket: WebSocket): void {
    const token = tokenOf(request, fresh) ?? "";
    fresh.delete(token);
    const reader = createFrameReader(token);
    const link = createLink(links.length + 1, now(), socket, (text, re) => {
      keep(wire, `${link.number} < ${text}`);
      if (re !== undefined) reader.answered(re);
    });
    links.push(link);
    socket.on("close", happened);
    // A malformed frame ends the connection, which is noticed.
    socket.on("error", (error) => fail({ expected: "frames as RFC 6455 has them", came: error.message }));
    socket.on("message", (data, isBinary) => {
      if (over) return;
      const text = String(data);
      keep(wire, `${link.number} > ${text}`);
      const result = isBinary
        ? { breach: { expected: "frames of text", came: "a binary one" } }
        : reader.read(text);
      if ("breach" in result) return fail(result.breach);
      const one: Received = { index: received.length, at: now(), link, message: result.message };
      received.push(one);
      answer(one);
      happened();
    });
    happened();
  }

  function answer<T extends Type>(one: Received<ClientMessageOf<T>>): void {
    const { link, message } = one;
    const known: Known = {
      terms,
      now: serverTime,
      board,
      answer: (channel, asked) =>
        onAsked({ ...one, ...asked, channel }, () => ({
          ...board(channel).answer(asked.after),
          sub: asked.sub,
        })),
    };
    const usual = () => link.send(usualAnswer(message, link, known));
    const listener = listeners[message.type as T] as Listener<T> | undefined;
    if (listener) listener(one, usual);
    else usual();
  }

  const until: Stage["until"] = (expected, find, came = lately) =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        breach ??= new Breached({ expected, came: came() });
        look();
      }, patienceMs);
      function look(): void {
        try {
          const found = breach ? undefined : find();
          if (!breach && found === undefined) return;
          if (breach) reject(breach);
          else resolve(found as NonNullable<typeof found>);
        } catch (error) {
          reject(error);
        }
        looks.delete(look);
        clearTimeout(timer);
      }
      looks.add(look);
      look();
    });

  function lately(): string {
    const last = received.at(-1);
    const open = links.filter(({ isOpen }) => isOpen).length;
    const count = `${links.length} connection${links.length === 1 ? "" : "s"}, ${open} open`;
    return last ? `${count}, the last message is ${last.message.type}` : `${count}, and no message`;
  }

  const asked: Stage["asked"] = (channel, from = 0) =>
    received.slice(from).flatMap((one) => {
      const { message } = one;
      const channels =
        message.type === "hello" || message.type === "subscribe" ? message.channels : undefined;
      const of = channels?.[channel];
      return of ? [{ ...one, ...of, channel }] : [];
    });

  const program: Program = options.start(
    { CALLBOARD_URL: options.url, CALLBOARD_TOKEN_URL: `${options.url.replace("ws", "http")}/token` },
    {
      line(text) {
        const wrong = lines.take(text);
        if (wrong) fail(wrong);
        happened();
      },
      aside: (text) => keep(words, text),
      ended: (came) => fail({ expected: "the program runs until its standard input ends", came }),
    },
  );
  const sendToProgram = (command: object) => program.write(JSON.stringify(command));

  const stage: RunningStage = {
    now,
    terms,
    links,
    received,
    shown: lines.shown,
    board,
    on(type, listener) {
      listeners[type] = listener as never;
    },
    onAsked(answer) {
      onAsked = answer;
    },
    onOpening(status) {
      onOpening = status;
    },
    follow(channel) {
      board(channel);
      sendToProgram({ follow: channel });
    },
    leave: (channel) => sendToProgram({ leave: channel }),
    reply: (reply) => sendToProgram({ reply }),
    deliver(channel, change) {
      for (const link of links)
        if (link.follows.has(channel)) link.send({ type: "delta", channel, ...change });
    },
    push(channel, values) {
      const change = board(channel).put(values);
      stage.deliver(channel, change);
      return change;
    },
    until,
    receives: (type, from = 0, expected = `the client sends ${type}`, fits = () => true) =>
      until(expected, () =>
        (received.slice(from) as Received<ClientMessageOf<typeof type>>[]).find(
          (one) => one.message.type === type && fits(one),
        ),
      ),
    asks: (channel, from = 0, expected = `the client subscribes to ${channel}`) =>
      until(expected, () => asked(channel, from)[0]),
    asked,
    async shows(channel, like) {
      const last = () => lines.shown.findLast((one) => one.channel === channel);
      const wanted = () => like ?? board(channel).shown();
      await until(
        `a line with ${channel} as on the server: ${cut(JSON.stringify(wanted()))}`,
        () => {
          const line = last();
          const { epoch, items } = wanted();
          return line?.epoch === epoch && isDeepStrictEqual(line.items, items) ? line : undefined;
        },
        () => (last() ? `the last line is ${cut(JSON.stringify(last()))}` : "no line"),
      );
    },
    async refused(channel) {
      await until(
        `a line {"channel": "${channel}", "error": "forbidden"}`,
        () => lines.refused.has(channel) || undefined,
      );
    },
    async waits(ms) {
      let isOver = false;
      const timer = setTimeout(() => {
        isOver = true;
        happened();
      }, ms);
      await until(`${ms} ms pass`, () => isOver || undefined).finally(() => clearTimeout(timer));
    },
    async receipt(requestId, status, code) {
      await until(
        `a line {"receipt": …} with ${[requestId, status, code].filter(Boolean).join(", ")}`,
        () =>
          lines.receipts.find(
            (one) => one.requestId === requestId && one.status === status && (one.code ?? undefined) === code,
          ),
        () => cut(JSON.stringify(lines.receipts.at(-1) ?? "no receipt")),
      );
    },
    receipts: (requestId) => lines.receipts.filter((one) => one.requestId === requestId).length,
    check(isSo, expected, came) {
      if (!isSo) breach ??= new Breached({ expected, came });
      if (breach) throw breach;
    },
    token() {
      const token = newToken(serverTime(), terms.lifeMs, random());
      fresh.add(token);
      return token;
    },
    opening(request) {
      if (over) return 403;
      const of = openingBreach(request, fresh);
      if (of) fail(of);
      if (of) return 400;
      const status = onOpening();
      if (status !== undefined) fresh.delete(tokenOf(request, fresh) ?? "");
      happened();
      return status;
    },
    redirected: () =>
      fail({ expected: "the token is not sent to where a redirect leads", came: "an opening there" }),
    connected,
    traces: { wire, words },
    async end() {
      over = true;
      for (const link of links) link.cut();
      await program.end();
    },
  };
  return stage;
}

/** A text in the form of a token; it is not valid anywhere. */
function newToken(at: number, lifeMs: number, signature: string): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const claims = { sub: "ana", name: "Ana", exp: Math.floor((at + lifeMs) / 1000) };
  return `${part({ alg: "ES256" })}.${part(claims)}.${signature}`;
}
