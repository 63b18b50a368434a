import type { NotRedrivable } from "@callboard/protocol";
import { said, sentence } from "../model/words.ts";
import type { Words } from "../words/words.ts";

/** An error: a code of the server or of the page, and its details. */
export interface ApiError {
  readonly code: string;
  readonly details?: Readonly<Record<string, unknown>>;
}

/** The error when the server no longer accepts a link's token. */
export const linkExpired: ApiError = { code: "unauthorized" };

/** The text of an error, for the user. */
export function apiErrorText({ code, details = {} }: ApiError, { videos }: Words): string {
  switch (code) {
    case "unauthorized":
      return videos.linkExpired;
    case "signed_out":
      return videos.signInEnded;
    case "unreachable":
      return videos.unreachable;
    case "storage_unreachable":
      return videos.storageUnreachable;
    case "upload_again":
    case "upload_refused":
      return videos.storageRefused(Number(details.status));
    case "forbidden":
      return videos.forbidden;
    case "not_found":
      return videos.notFound;
    case "bad_message": {
      const [issue = ""] = (details.issues as string[] | undefined) ?? [];
      const [, rule] = /^[\w.]+: (.+)$/.exec(issue) ?? [];
      return rule === undefined ? videos.doesNotFitUnknown : videos.doesNotFit(said(sentence(rule)));
    }
    case "nothing_uploaded":
      return videos.notArrived(typeof details.fileName === "string" ? said(details.fileName) : undefined);
    case "not_redrivable":
      return videos.notAgain[details.reason as NotRedrivable] ?? videos.notAgain.too_late;
    case "rate_limited":
      return videos.tooMany(Math.ceil(Number(details.retryAfterMs ?? 60_000) / 60_000));
    case "conflict":
      return videos.otherFiles;
    default:
      return videos.failed(typeof details.status === "number" ? details.status : 500);
  }
}
