import type { AskedPeople as Asked } from "@callboard/client/headless";
import { useServerNow } from "@callboard/client/react";
import type { RequestValue } from "@callboard/protocol";
import { alsoAskedText, principalsText } from "../model/assignees.ts";
import { momentText } from "../model/time.ts";
import { useWords } from "../words/use-words.ts";

/** The assignees of an open question, who was added later, and whether they were reminded. */
export function AskedPeople({
  request,
  asked,
  me,
}: {
  request: RequestValue;
  asked: Asked | undefined;
  me: string | undefined;
}) {
  const now = useServerNow();
  const words = useWords();
  const { putTo, remindedAt } = words.question;
  const also = asked && alsoAskedText(asked, now, words);
  return (
    <span className="quiet asked" data-assignees={request.assignees.join(" ")}>
      <span>{putTo(principalsText(request.assignees, me, undefined, words))}</span>
      {also !== undefined && <span data-also-asked="true">{also}</span>}
      {request.remindedAt !== undefined && (
        <span data-reminded="true">{remindedAt(momentText(request.remindedAt, now, words))}</span>
      )}
    </span>
  );
}
