import { readFile } from "node:fs/promises";
import { request } from "node:http";
import { join } from "node:path";
import { PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { type RequestId, workChannel } from "@callboard/protocol";
import { importJWK, type JWK, SignJWT } from "jose";
import { createAskingMachine, startOn } from "../asking.ts";
import { eventually } from "../people.ts";
import { bearing, openRaw, type RawSocket } from "../raw-socket.ts";
import { openStage } from "../stage.ts";

/** An attack, and its expected result. */
export interface Attack {
  /** What is tried, as the end of "does not let anybody …". */
  readonly tries: string;
  readonly by: (attacked: Attacked) => unknown;
  /** The answer that the attacker gets. */
  readonly meets: unknown;
}

type Claims = Readonly<Record<string, unknown>>;
type Header = Readonly<Record<string, unknown>>;

/** The only sources that may publish, with the prefixes of their subjects. */
const publishers = { orders: ["order/"], clips: ["clip/"] };

/** The target: a question of `orders` about this subject, put to Ana, owned by Olga. */
export const subject = "order/1";

/** The callers with their rights; Eve is the attacker. */
const people = {
  ana: { caps: [] },
  ben: { caps: [] },
  eve: { caps: ["watch:clip/*"], roles: ["crew"] },
  vic: { caps: ["watch:*"] },
} as const;
export type Who = keyof typeof people;

/** The whole service on one machine with named publishers, and the means to attack it. */
export async function openAttacked() {
  const stage = await openStage({ retryDelaysMs: [0, 0] }, { publishers });
  const { callboard, aws } = stage;
  const jwk = JSON.parse(await readFile(join(stage.data, "dev-key.json"), "utf8")) as JWK;
  const key = await importJWK(jwk, "ES256");
  const heard: string[] = [];
  const raws: RawSocket[] = [];
  let messages = 0;

  /** A token as the issuer signs them, with some claims or headers replaced. */
  const sign = (claims: Claims = {}, header: Header = {}, by: Parameters<SignJWT["sign"]>[0] = key) =>
    new SignJWT({ sub: "eve", exp: Math.floor(Date.now() / 1000) + 600, ...claims })
      .setProtectedHeader({ alg: "ES256", kid: "local", ...header })
      .sign(by);
  const tokens = {} as Record<Who, string>;
  for (const [sub, { caps, ...more }] of Object.entries(people))
    tokens[sub as Who] = await sign({ sub, "callboard:caps": caps, ...more });

  /** Opens a socket; the status with which it is refused, or 101. */
  async function dial(protocols: readonly string[], path = ""): Promise<RawSocket | number> {
    const opening = await openRaw(`${callboard.addresses.socket}${path}`, [...protocols]);
    if (opening.kind === "refused") return opening.status;
    raws.push(opening.socket);
    return opening.socket;
  }

  async function connect(token: string): Promise<RawSocket> {
    const socket = await dial(bearing(token));
    if (typeof socket === "number") throw new Error(`refused with ${socket}`);
    return socket;
  }

  const connections = new Map<string, Promise<RawSocket>>();
  /** The answer to a person's message over their own connection. */
  async function sayAs(token: string, message: Readonly<Record<string, unknown>>) {
    const socket = connections.get(token) ?? connect(token);
    connections.set(token, socket);
    return (await socket).ask({ id: `m${++messages}`, ...message });
  }

  /** Sends a request exactly as given, which no client would do. */
  const plain = (method: string, path: string, headers: Record<string, string> = {}, body?: string) =>
    new Promise<{ status: number; body: string }>((resolve, reject) => {
      const port = callboard.gateway.port;
      const options = { host: "127.0.0.1", port, method, path, headers, agent: false };
      const sent = request(options, (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (part: string) => {
          text += part;
        });
        response.on("end", () => {
          heard.push(text);
          resolve({ status: response.statusCode!, body: text });
        });
      });
      sent.on("error", reject).end(body);
    });

  /** Puts an event; resolves, once it was handled, with `taken` or with the reason for its refusal. */
  async function publish(source: string, type: string, detail: object, execution?: string): Promise<string> {
    const { Entries } = await aws.bus.send(
      new PutEventsCommand({
        Entries: [
          {
            EventBusName: "callboard",
            Source: source,
            DetailType: type,
            Detail: JSON.stringify(detail),
            ...(execution ? { Resources: [execution] } : {}),
          },
        ],
      }),
    );
    await stage.settled();
    const letters = await callboard.lambda.deadLetters();
    const letter = letters.find(
      ({ requestPayload }) => (requestPayload as { id?: string } | null)?.id === Entries?.[0]?.EventId,
    );
    const reason = (letter?.responsePayload as { errorMessage?: string } | undefined)?.errorMessage;
    return letter ? (reason ?? "failed") : "taken";
  }

  const machine = await createAskingMachine(aws, "orders", {
    source: "orders",
    question: { assignees: ["user/ana", "user/ben"], candidates: [{ id: "left", title: "Left" }] },
  });
  const execution = await startOn(aws, machine, subject);
  const owned = { subject, step: "charge", state: "started", at: Date.now(), owners: ["user/olga"] };
  await publish("orders", "Progress Reported", { ...owned, cause: "the card of Ana" }, execution);
  const asked = await eventually(
    () => stage.tableMap(workChannel(subject)),
    (map) => Object.keys(map).some((name) => name.startsWith("request/")),
  );
  const requestId = Object.keys(asked)
    .find((name) => name.startsWith("request/"))!
    .slice("request/".length) as RequestId;

  return {
    stage,
    heard,
    /** All frames that came over any connection. */
    frames: () => raws.flatMap(({ received }) => received),
    jwk,
    sign,
    tokens,
    dial,
    connect,
    /** The status with which the socket refuses a token; 101 if it admits it. */
    async knock(token: string): Promise<number> {
      const socket = await dial(bearing(token));
      return typeof socket === "number" ? socket : 101;
    },
    say: (who: Who, message: Readonly<Record<string, unknown>>) => sayAs(tokens[who], message),
    sayAs,
    plain,
    /** The status of a person's request over HTTP. */
    async http(who: Who, method: string, path: string, body?: object): Promise<number> {
      const headers = { authorization: `Bearer ${tokens[who]}`, "content-type": "application/json" };
      return (await plain(method, path, headers, body && JSON.stringify(body))).status;
    },
    publish,
    /** The execution that asks, and its question. */
    execution,
    requestId,
    /** A reply that would be valid from Ana. */
    reply: { type: "reply", requestId, replyId: "r_evil", round: 1, verb: "pick", candidateId: "left" },
    /** The state of the question in its row. */
    question: async () => (await aws.stores.requests.read(requestId))!,
    close: stage.close,
  };
}

export type Attacked = Awaited<ReturnType<typeof openAttacked>>;
