import { type RequestOperation, refusalCodes, refusalStatus } from "@callboard/protocol";
import type { SchemaName } from "./schemas.ts";

/** What a status of an operation means, and its bodies. */
export interface Answer {
  readonly description: string;
  readonly bodies: readonly SchemaName[];
  readonly headers?: Readonly<Record<string, string>>;
}

/** The purpose of an operation. */
export interface About {
  readonly summary: string;
  readonly description: string;
}

export type Answers = Readonly<Record<number | "default", Answer>>;

/** Answers that every operation may give. */
export const always = {
  401: {
    description: "There is no token (the gateway says so), or it has expired: try again with a fresh one.",
    bodies: ["HttpError", "GatewayError"],
  },
  500: {
    description:
      "Something went wrong; `details.correlationId` finds it in the log. Repeat the same request.",
    bodies: ["HttpError", "GatewayError"],
  },
  default: {
    description:
      "From the gateway itself: too many requests (429), or no answer in time (503). Repeat the same request.",
    bodies: ["GatewayError"],
  },
} as const satisfies Record<number | "default", Answer>;

/** The answers to an invalid body. */
export const badBody = {
  400: { description: "The body does not fit; `details.issues` name the fields.", bodies: ["HttpError"] },
  413: { description: "The body is too large.", bodies: ["HttpError", "GatewayError"] },
  415: { description: "The body is not `application/json` in UTF-8.", bodies: ["HttpError"] },
} as const satisfies Record<number, Answer>;

export const FORBIDDEN = "The token is not valid (the gateway says so)";

/** The codes of refusals with that status, each with its meaning. */
const refusals = (status: number): string =>
  Object.entries(refusalCodes)
    .filter(([code]) => refusalStatus[code as keyof typeof refusalCodes] === status)
    .map(([code, meaning]) => `\`${code}\`: ${meaning}.`)
    .join(" ");

export const requestAnswers: Readonly<Record<RequestOperation, Answers>> = {
  listRequests: {
    200: { description: "The open requests that wait for the caller.", bodies: ["RequestList"] },
    403: { description: `${FORBIDDEN}.`, bodies: ["GatewayError"] },
    ...always,
  },
  viewRequest: {
    200: { description: "The request, its candidates, and who has seen it.", bodies: ["RequestView"] },
    400: { description: "The id is not a request id.", bodies: ["HttpError"] },
    403: {
      description: `${FORBIDDEN}, or this principal may not see the request.`,
      bodies: ["HttpError", "GatewayError"],
    },
    404: { description: "There is no such request.", bodies: ["HttpError"] },
    ...always,
  },
  findPeople: {
    200: { description: "People by name; several may have the same name.", bodies: ["PeopleFound"] },
    400: { description: "The request or the name is missing or invalid.", bodies: ["HttpError"] },
    403: {
      description: `${FORBIDDEN}, or this principal may not put the request to others.`,
      bodies: ["HttpError", "GatewayError"],
    },
    404: { description: "There is no such request.", bodies: ["HttpError"] },
    ...always,
  },
  replyToRequest: {
    200: {
      description: "The reply is accepted: it is stored, and on its way to the waiting execution.",
      bodies: ["ReplyReceipt"],
    },
    ...badBody,
    403: {
      description: `${FORBIDDEN}. Or refused. ${refusals(403)}`,
      bodies: ["ReplyReceipt", "GatewayError"],
    },
    404: { description: `Refused. ${refusals(404)}`, bodies: ["ReplyReceipt"] },
    409: { description: `Refused. ${refusals(409)}`, bodies: ["ReplyReceipt"] },
    410: { description: `Refused. ${refusals(410)}`, bodies: ["ReplyReceipt"] },
    422: { description: `Refused. ${refusals(422)}`, bodies: ["ReplyReceipt"] },
    429: {
      description: `Refused. ${refusals(429)} Or too many requests (the gateway says so).`,
      bodies: ["ReplyReceipt", "GatewayError"],
      headers: { "Retry-After": "Seconds until refusals give their reasons again." },
    },
    ...always,
  },
  readHistory: {
    200: {
      description: "A page of the history; with `next` there are earlier entries.",
      bodies: ["HistoryPage"],
    },
    400: { description: "The query does not fit; `details.issues` name the fields.", bodies: ["HttpError"] },
    403: {
      description: `${FORBIDDEN}, or this principal may not follow the subject's \`work:\` channel.`,
      bodies: ["HttpError", "GatewayError"],
    },
    ...always,
  },
};

export const requestsAbout: Readonly<Record<RequestOperation, About>> = {
  listRequests: {
    summary: "List my open requests",
    description:
      "The open requests to the caller, by user or by role, the oldest first. At most 100; if there are more, those to the user come before those to a role. A GET never answers a question, whatever its query says.",
  },
  viewRequest: {
    summary: "Show a request",
    description:
      "For people who may answer it or follow its subject's `work:` channel. A GET never answers a question, whatever its query says.",
  },
  findPeople: {
    summary: "Find people by name",
    description:
      "People who have signed in, and whose name or id has words with these beginnings, without regard to case and accents: at most 20, by name. Only for the owners of the request's subject, who may put it to others. A name comes from a token, and anybody may choose one: only the id identifies a person.",
  },
  replyToRequest: {
    summary: "Answer a request",
    description:
      "Of all replies to a request, over all channels, one is accepted. The same `replyId` again gets the same answer and takes effect once, so repeat a reply whose answer was lost.",
  },
  readHistory: {
    summary: "Read a subject's history",
    description:
      "Reports, ends and redrives of executions, facts, candidates, and what happened to questions, the newest first; for people who may follow the subject's `work:` channel. It exists for kinds of subjects that the deployment lists, and is kept as long as closed requests. `before` with the `next` of a page continues after that page, whatever has been added meanwhile; a page may have fewer entries than `limit` although there are more.",
  },
};
