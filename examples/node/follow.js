import { connect } from "@callboard/client";

// Node 20 has no WebSocket class of its own; from Node 22 on, leave this and the option out.
const WebSocket = globalThis.WebSocket ?? (await import("ws")).WebSocket;
const pages = process.env.CALLBOARD_PAGES ?? "http://127.0.0.1:3000";

const callboard = connect({
  url: process.env.CALLBOARD_SOCKET ?? "ws://127.0.0.1:3001/",
  // In your application, ask your own back end.
  token: async () => (await (await fetch(`${pages}/dev/token?user=ana&role=creator`)).json()).token,
  WebSocket,
});

// Prints how far an order is, and approves what it asks first.
callboard.channel(`work:order/${process.argv[2] ?? "7"}`).follow(async (changed) => {
  for (const { key, value } of changed) {
    if (key.startsWith("step/")) console.log(`${value?.step}: ${value?.state}`);
    if (!key.startsWith("request/") || value?.state !== "open") continue;
    const { requestId, round, prompt } = value;
    const { status } = await callboard.reply({ requestId, round, verb: "approve" });
    console.log(`${prompt} approve: ${status}`);
    callboard.close();
  }
});
