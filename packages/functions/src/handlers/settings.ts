import type { App, SettingsOutcome } from "@callboard/core";
import { ChangeSettings, ConfirmAddress, type SettingsOperation } from "@callboard/protocol";
import {
  type HttpAnswer,
  type HttpRequest,
  httpFailure,
  httpResult,
  httpUnread,
  retryAfter,
} from "../http/http-handler.ts";
import { readJsonBody } from "../http/json-body.ts";

/** `GET /settings`, `POST /settings` and `POST /settings/address`: how the caller is reached; only the caller sees it. */
export async function serveSettings(
  settings: App["settings"],
  { event, caller, operation }: HttpRequest<SettingsOperation>,
): Promise<HttpAnswer> {
  if (operation === "readSettings") return answerOf(await settings.read(caller));
  if (operation === "changeSettings") {
    const read = readJsonBody(event, ChangeSettings);
    if (!read.ok) return httpUnread(read);
    return answerOf(await settings.change(caller, read.data));
  }
  const read = readJsonBody(event, ConfirmAddress);
  if (!read.ok) return httpUnread(read);
  return answerOf(await settings.confirmAddress(caller, read.data.code));
}

function answerOf(said: SettingsOutcome): HttpAnswer {
  switch (said.outcome) {
    case "settings":
      return httpResult(200, said.settings);
    case "invalid":
      return httpFailure("bad_message", { issues: said.issues });
    case "wrong_code":
      return httpFailure("wrong_code", { left: said.left });
    case "too_many":
      return httpFailure("rate_limited", { retryAfterMs: said.afterMs }, retryAfter(said.afterMs));
    case "code_ended":
    case "forbidden":
      return httpFailure(said.outcome);
  }
}
