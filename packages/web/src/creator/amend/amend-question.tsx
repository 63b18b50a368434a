import type { RequestValue } from "@callboard/protocol";
import { useId, useState } from "react";
import { MoreTime } from "./more-time.tsx";
import { ReassignForm } from "./reassign-form.tsx";

type Opened = "time" | "others";

/** What can be done about an open question beside answering it, folded away until it is wanted. */
export function AmendQuestion({ request, me }: { request: RequestValue; me: string | undefined }) {
  const id = useId();
  const [opened, setOpened] = useState<Opened>();
  const door = (which: Opened, label: string) => (
    <button
      type="button"
      className="button plain"
      aria-expanded={opened === which}
      aria-controls={`${id}-${which}`}
      onClick={() => setOpened(opened === which ? undefined : which)}
    >
      {label}
    </button>
  );
  const { deadline } = request;
  return (
    <div className="amend-question">
      <div className="actions">
        {deadline !== undefined && door("time", "More time")}
        {door("others", "Put it to others")}
      </div>
      <div id={`${id}-time`} hidden={opened !== "time"}>
        {deadline !== undefined && <MoreTime request={request} deadline={deadline} />}
      </div>
      <div id={`${id}-others`} hidden={opened !== "others"}>
        <ReassignForm request={request} me={me} />
      </div>
    </div>
  );
}
