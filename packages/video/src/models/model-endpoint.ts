import {
  AwsError,
  type EndpointService,
  type HttpService,
  readBody,
  systemClock,
} from "@callboard/aws-local";
import { answerPrompt, promptOf, tokensIn } from "./answer.ts";
import { proposePhrases } from "./propose.ts";

/** The source of its titles, as people read it. */
export const endpointLabel = "RAKE (stand-in)";

const answerChat: HttpService = async (request, response) => {
  const answer = (status: number, body: object) => {
    response.writeHead(status, { "content-type": "application/json" });
    response.end(JSON.stringify(body));
  };
  const refuse = (status: number, message: string) =>
    answer(status, { error: { message, type: "invalid_request_error", param: null, code: null } });
  const path = (request.url ?? "").split("?")[0]!;
  if (!path.endsWith("/chat/completions")) return refuse(404, `unknown path: ${path.slice(0, 200)}`);
  if (request.method !== "POST") return refuse(405, "only POST is supported");
  let body: { model?: unknown; messages?: unknown; stream?: unknown } | null;
  try {
    body = JSON.parse((await readBody(request)).toString("utf8")) as typeof body;
  } catch (cause) {
    return cause instanceof AwsError
      ? refuse(cause.status, cause.message)
      : refuse(400, "the body is not JSON");
  }
  if (body?.stream === true) return refuse(400, "streaming is not supported");
  const prompt = promptOf(body?.messages);
  if (prompt === undefined) return refuse(400, "the body has no user message");
  const content = answerPrompt(prompt, proposePhrases);
  const [asked, said] = [tokensIn(prompt), tokensIn(content)];
  answer(200, {
    id: "chatcmpl-standin",
    object: "chat.completion",
    created: Math.floor(systemClock.now() / 1000),
    model: typeof body?.model === "string" ? body.model : "stand-in",
    choices: [{ index: 0, message: { role: "assistant", content }, finish_reason: "stop" }],
    usage: { prompt_tokens: asked, completion_tokens: said, total_tokens: asked + said },
  });
};

/** A stand-in for a model outside AWS: an OpenAI-compatible `POST …/chat/completions`, without streaming. */
export const modelEndpoint: EndpointService = {
  name: "a model",
  path: "/models/",
  forPages: true,
  handle: answerChat,
};
