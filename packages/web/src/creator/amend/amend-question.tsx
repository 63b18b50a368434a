import "../../styles/later.css";
import type { RequestValue } from "@callboard/protocol";
import { useEffect, useRef } from "react";
import { MoreTime } from "./more-time.tsx";
import { ReassignForm } from "./reassign-form.tsx";
import { useAmendWords } from "./use-act.ts";

/** What can be done about an open question, other than answering it. */
export type Amendment = "time" | "others";

/** Gives an open question more time, or assigns it to others; moves the focus to its first control. */
export function AmendQuestion({
  request,
  me,
  what,
  close,
}: {
  request: RequestValue;
  me: string | undefined;
  what: Amendment;
  close: () => void;
}) {
  const { amend } = useAmendWords();
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    place.current?.querySelector<HTMLElement>("input, button")?.focus();
  }, []);
  const { deadline } = request;
  return (
    <div className="amend-question" ref={place}>
      {what === "others" && <ReassignForm request={request} me={me} />}
      {what === "time" && deadline !== undefined && <MoreTime request={request} deadline={deadline} />}
      <button type="button" className="button plain" onClick={close}>
        {amend.close}
      </button>
    </div>
  );
}
