import { useServerNow } from "@callboard/client/react";
import type { RequestValue } from "@callboard/protocol";
import { useState } from "react";
import { type Asked, alsoAskedText, followAsked, principalsText } from "../model/assignees.ts";
import { momentText } from "../model/time.ts";

/** Whom an open question is put to, who came to be asked beside them, and whether they were reminded. */
export function AskedPeople({
  request,
  changedAt,
  me,
}: {
  request: RequestValue;
  /** When the question last changed, in milliseconds. */
  changedAt: number;
  me: string | undefined;
}) {
  const [seen, setSeen] = useState<Asked>();
  const asked = followAsked(seen, request, changedAt);
  if (asked !== seen) setSeen(asked);
  const now = useServerNow();
  const also = alsoAskedText(asked, now);
  return (
    <p className="quiet asked" data-assignees={request.assignees.join(" ")}>
      <span>Put to {principalsText(request.assignees, me)}.</span>
      {also !== undefined && <span data-also-asked="true">{also}</span>}
      {request.remindedAt !== undefined && (
        <span data-reminded="true">Reminded at {momentText(request.remindedAt, now)}.</span>
      )}
    </p>
  );
}
