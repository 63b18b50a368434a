import type { Callboard } from "@callboard/client";
import { CallboardProvider, useChannel, useProgress, useQuestion } from "@callboard/client/react";

// Each line names a type that a hook promises: one that became `any` would let the errors below pass.

export function useTyped() {
  const progress = useProgress<{ courier: string }>("order/7");
  const courier: string | undefined = progress.steps[0]?.data?.courier;
  // @ts-expect-error: not what the data is said to be
  const price: number | undefined = progress.steps[0]?.data?.price;
  const { outcome, answer } = useQuestion("req_0123456789");
  // @ts-expect-error: only a lost answer has a winner
  const early = outcome.by;
  // @ts-expect-error: no verb
  answer("dance");
  return { courier, price, early, by: outcome.phase === "lost" ? outcome.by?.id : undefined };
}

function Steps() {
  const { items, status } = useChannel("watch:video/v_1");
  const { answer, outcome } = useQuestion("req_0123456789");
  const approve = () => answer("approve");
  return (
    <button type="button" onClick={approve} disabled={outcome.phase === "sending"}>
      {status === "following" ? items.size : "…"}
    </button>
  );
}

export const Page = ({ client }: { client: Callboard }) => (
  <CallboardProvider client={client}>
    <Steps />
  </CallboardProvider>
);
