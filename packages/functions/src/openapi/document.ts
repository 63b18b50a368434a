import {
  type AnswerOperation,
  answerRoutes,
  HISTORY_PAGE,
  LONGEST_SEARCH,
  limits,
  type RequestOperation,
  requestRoutes,
  type SettingsOperation,
  settingsRoutes,
  type VideoOperation,
  videoRoutes,
} from "@callboard/protocol";
import { linkAnswers, linksAbout } from "./answers.ts";
import { type About, type Answers, requestAnswers, requestsAbout } from "./requests.ts";
import { documentSchemas, idSchemas, type JsonSchema, type SchemaName, schemaRef } from "./schemas.ts";
import { settingsAbout, settingsAnswers } from "./settings.ts";
import { videoAnswers, videosAbout } from "./videos.ts";

type Operation = AnswerOperation | RequestOperation | SettingsOperation | VideoOperation;

/** An operation in the document, whichever function serves it. */
interface Described {
  readonly method: string;
  readonly path: string;
  readonly about: About;
  readonly answers: Answers;
  /** The schema of the path's variable. */
  readonly id?: { readonly description: string; readonly schema: JsonSchema };
  readonly body?: SchemaName;
  /** No sign-in is needed. */
  readonly isOpen?: boolean;
}

const bodies: Readonly<Partial<Record<Operation, SchemaName>>> = {
  replyToRequest: "ReplyBody",
  viewAnswer: "ViewAnswer",
  giveAnswer: "GiveAnswer",
  changeSettings: "ChangeSettings",
  confirmAddress: "ConfirmAddress",
  prepareVideo: "PrepareVideo",
  playSample: "PlaySample",
  startVideo: "StartVideo",
  stopVideo: "NoBody",
  retryVideo: "NoBody",
};

const described: Readonly<Record<string, Described>> = Object.fromEntries([
  ...Object.entries(requestRoutes).map(([name, route]) => {
    const operation = name as RequestOperation;
    const id = { description: "The request's id.", schema: idSchemas().request };
    const known = { about: requestsAbout[operation], answers: requestAnswers[operation], id };
    return [operation, { ...route, ...known, ...bodyOf(operation) }] as const;
  }),
  ...Object.entries(answerRoutes).map(([name, route]) => {
    const operation = name as AnswerOperation;
    const id = { description: "The token of a mail.", schema: idSchemas().token };
    const known = { about: linksAbout[operation], answers: linkAnswers[operation], id, isOpen: true };
    return [operation, { ...route, ...known, ...bodyOf(operation) }] as const;
  }),
  ...Object.entries(settingsRoutes).map(([name, route]) => {
    const operation = name as SettingsOperation;
    const known = { about: settingsAbout[operation], answers: settingsAnswers[operation] };
    return [operation, { ...route, ...known, ...bodyOf(operation) }] as const;
  }),
  ...Object.entries(videoRoutes).map(([name, route]) => {
    const operation = name as VideoOperation;
    const id = { description: "The video's id.", schema: idSchemas().video };
    const known = { about: videosAbout[operation], answers: videoAnswers[operation], id };
    return [operation, { ...route, ...known, ...bodyOf(operation) }] as const;
  }),
]);

function bodyOf(operation: Operation): Pick<Described, "body"> {
  const body = bodies[operation];
  return body ? { body } : {};
}

const queries: Readonly<Partial<Record<string, readonly object[]>>> = {
  findPeople: [
    {
      name: "request",
      in: "query",
      required: true,
      description: "The request that will be put to others.",
      schema: idSchemas().request,
    },
    {
      name: "name",
      in: "query",
      required: true,
      description: "The beginnings of words of a name or an id, separated by spaces.",
      schema: { type: "string", minLength: 1, maxLength: LONGEST_SEARCH },
    },
  ],
  readHistory: [
    {
      name: "subject",
      in: "query",
      required: true,
      description: "The subject, such as `video/v_1`.",
      schema: idSchemas().subject,
    },
    {
      name: "before",
      in: "query",
      description: "The `next` of the previous page.",
      schema: idSchemas().historyEntry,
    },
    {
      name: "limit",
      in: "query",
      description: "Entries of the page.",
      schema: { type: "integer", minimum: 1, maximum: HISTORY_PAGE.most, default: HISTORY_PAGE.usual },
    },
  ],
};

const requestBody = (schema: SchemaName) => ({
  required: true,
  description: `At most ${limits.clientMessageBytes.toLocaleString("en-US")} bytes.`,
  content: { "application/json": { schema: schemaRef(schema) } },
});

/** The HTTP API as an OpenAPI 3.1 document, made from the routes and schemas that the handler itself uses. */
export function openApiDocument() {
  const paths: Record<string, Record<string, object>> = {};
  for (const [operationId, { method, path, about, answers, id, body, isOpen }] of Object.entries(described)) {
    const [, variable] = /\{(\w+)\}/.exec(path) ?? [];
    paths[path] = {
      ...paths[path],
      [method.toLowerCase()]: {
        operationId,
        ...about,
        ...(isOpen ? { security: [] } : {}),
        ...(variable ? { parameters: [{ name: variable, in: "path", required: true, ...id }] } : {}),
        ...(queries[operationId] ? { parameters: queries[operationId] } : {}),
        ...(body ? { requestBody: requestBody(body) } : {}),
        responses: responsesOf(answers),
      },
    };
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "Callboard over HTTP",
      version: "1.0.0",
      description:
        "Lists, shows and answers the questions of workflows, and shows what happened to a subject. It is for scripts, chat buttons and networks that block WebSockets; the decisions, receipts and limits are those of the WebSocket API. Shows and changes how the caller is reached when away, and answers with the token of a mail or a webhook. Starts, stops and lists videos where the post-processing is. A path of requests is answered with 405 and `Allow` for a method that is not named here, any other path with 404. Clients ignore fields that they do not know.",
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    servers: [{ url: "http://127.0.0.1:3001", description: "On one machine" }],
    security: [{ token: [] }],
    paths,
    components: {
      securitySchemes: {
        token: {
          type: "http",
          scheme: "bearer",
          bearerFormat: "JWT",
          description: "The same token as for the WebSocket.",
        },
      },
      schemas: documentSchemas(),
    },
  };
}

const responsesOf = (of: Answers) =>
  Object.fromEntries(
    Object.entries(of).map(([status, { description, bodies, headers }]) => [
      status,
      {
        description,
        ...(headers
          ? {
              headers: Object.fromEntries(
                Object.entries(headers).map(([name, what]) => [
                  name,
                  { description: what, schema: { type: "integer" } },
                ]),
              ),
            }
          : {}),
        content: { "application/json": { schema: schemaRef(...bodies) } },
      },
    ]),
  );
