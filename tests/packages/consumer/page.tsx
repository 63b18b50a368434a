import type { Callboard } from "@callboard/client";
import { CallboardProvider, useChannel, useReply } from "@callboard/client/react";

function Steps() {
  const { items, status } = useChannel("watch:video/v_1");
  const { reply, outcome } = useReply();
  const approve = () => void reply({ requestId: "req_0123456789", round: 1, verb: "approve" });
  return (
    <button type="button" onClick={approve} disabled={outcome.state === "sending"}>
      {status === "following" ? items.size : "…"}
    </button>
  );
}

export const Page = ({ client }: { client: Callboard }) => (
  <CallboardProvider client={client}>
    <Steps />
  </CallboardProvider>
);
