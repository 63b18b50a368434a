import type { ChannelStatus } from "@callboard/client";
import { useWords } from "../words/use-words.ts";

/** Says why a channel cannot be followed; `what` is the end of `words.shell.channels.mayNot`. */
export function ChannelProblem({ status, what }: { status: ChannelStatus; what: string }) {
  const { channels } = useWords().shell;
  if (typeof status !== "object") return null;
  return (
    <p className="message" data-tone="lost" role="alert">
      {status.error === "forbidden" ? channels.mayNot(what) : channels.notFollowed}
    </p>
  );
}
