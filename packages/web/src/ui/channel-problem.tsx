import type { ChannelStatus } from "@callboard/client";

/** Whether a channel's first full sight is still to come. */
export const isLoading = (status: ChannelStatus, size: number): boolean =>
  size === 0 && (status === "catching_up" || status === "idle");

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
