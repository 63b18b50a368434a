import type { FollowStatus } from "@callboard/client/react";

/** Says why a channel cannot be followed. */
export function ChannelProblem({ status, what }: { status: FollowStatus; what: string }) {
  if (typeof status !== "object") return null;
  return (
    <p className="message" data-tone="lost" role="alert">
      {status.error === "forbidden"
        ? `You may not ${what}.`
        : "It could not be followed just now. Load the page again."}
    </p>
  );
}
