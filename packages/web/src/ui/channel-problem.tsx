import type { ChannelStatus } from "@callboard/client";

/** Says why a channel cannot be followed. */
export function ChannelProblem({ status, what }: { status: ChannelStatus; what: string }) {
  if (typeof status !== "object") return null;
  return (
    <p className="message" data-tone="lost" role="alert">
      {status.error === "forbidden"
        ? `You may not ${what}.`
        : "It could not be followed just now. Load the page again."}
    </p>
  );
}
