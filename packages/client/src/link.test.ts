import { subprotocolsFor } from "@callboard/protocol";
import { describe, expect, it } from "vitest";
import { type ClientSocket, openLink } from "./link.ts";

/** A link over a socket that the test plays. */
function opened() {
  const happened: unknown[] = [];
  let socket!: PlayedSocket;
  class PlayedSocket implements ClientSocket {
    onopen: ClientSocket["onopen"] = null;
    onmessage: ClientSocket["onmessage"] = null;
    onclose: ClientSocket["onclose"] = null;
    onerror: ClientSocket["onerror"] = null;
    readyState = 1;
    constructor(url: string, protocols: string[]) {
      happened.push([url, protocols]);
      socket = this;
    }
    send(text: string) {
      happened.push(`send ${text}`);
    }
    close() {
      happened.push("close");
    }
  }
  const link = openLink("ws://x/", "t", PlayedSocket, (...[what]) => void happened.push(`tell ${what}`), {
    opened: (of) => happened.push(of === link ? "opened" : "another"),
    message: (of, frame) => happened.push(of === link ? frame : "another"),
    ended: (of) => happened.push(of === link ? "ended" : "another"),
  });
  const next = (act: () => void) => {
    happened.length = 0;
    act();
    return happened.slice();
  };
  return { link, socket, next, happened };
}
const ping = { type: "ping", id: "m1", at: {} } as const;
const text = JSON.stringify(ping);

describe("a link", () => {
  it("names the protocol and the token as subprotocols", () => {
    expect(opened().happened).toEqual([["ws://x/", subprotocolsFor("t")]]);
  });

  it("reports that it is open, and each message", () => {
    const { socket, next } = opened();
    expect(next(() => socket.onopen?.({}))).toEqual(["opened"]);
    const pong = { type: "pong", re: "m1", behind: [], serverTime: 1 };
    const [told, frame] = next(() => socket.onmessage?.({ data: JSON.stringify(pong) }));
    expect(told).toBe("tell received");
    expect(JSON.stringify(frame)).toContain("m1");
  });

  it("ignores an invalid message, but reports it for debugging", () => {
    const { socket, next } = opened();
    expect(next(() => socket.onmessage?.({ data: "no JSON" }))).toEqual(["tell received"]);
  });

  it("sends while its socket is open, and not while that is closing", () => {
    const { link, socket, next } = opened();
    expect(next(() => link.send(ping))).toEqual([`send ${text}`, "tell sent"]);
    socket.readyState = 2;
    expect(next(() => link.send(ping))).toEqual([]);
  });

  it.each(["close", "onclose", "onerror"] as const)("ends once by %s, and nothing follows", (how) => {
    const { link, socket, next } = opened();
    const end = how === "close" ? link.close : () => socket[how]?.({});
    expect(next(end)).toEqual(["close", "ended"]);
    expect(
      next(() => {
        link.close();
        socket.onclose?.({});
        socket.onerror?.({});
        socket.onopen?.({});
        socket.onmessage?.({ data: text });
        link.send(ping);
      }),
    ).toEqual([]);
  });
});
