import { seededRandom } from "@callboard/core/testing/seeded-random.ts";
import { type Channel, seconds } from "@callboard/protocol";
import { expect, it } from "vitest";
import { connect } from "./callboard.ts";
import { manualClock } from "./testing/manual-clock.ts";
import { realCallboard } from "./testing/real-callboard.ts";
import { witness } from "./testing/witness.ts";

const names: Channel[] = ["watch:video/v_1", "work:video/v_1"];

it("renews a hundred times amid twenty changes a second, and nobody notices", async () => {
  const clock = manualClock(Date.UTC(2026, 0, 1));
  // Each token lasts little longer than the shortest life that the client gives a connection.
  const server = realCallboard({
    clock,
    random: seededRandom(1),
    latencyMs: 300,
    tokenLifeMs: seconds(13),
  });
  let mostOpen = 0;
  class CountedSocket extends server.WebSocket {
    constructor(url: string, protocols: string[]) {
      super(url, protocols);
      mostOpen = Math.max(mostOpen, server.sides.filter(({ closed }) => !closed).length);
    }
  }
  const client = connect({
    url: "ws://x/",
    token: server.token,
    WebSocket: CountedSocket,
    clock,
    random: seededRandom(2),
  });
  const states = [client.state.state];
  client.onState(({ state }) => states.push(state));
  const { views, lies, follow } = witness(client, names, server);
  for (const name of names) follow(name);

  let changes = 0;
  function change(): void {
    changes++;
    const value = changes % 5 === 0 ? null : changes;
    void server.put(names[changes % 2]!, { [`key-${changes % 14}`]: value });
    if (server.sides.length <= 100) clock.after(50, change);
  }
  change();
  while (server.sides.length <= 100) await clock.advance(seconds(5));
  await clock.advance(seconds(5));

  for (const view of views) {
    expect(view.status).toBe("following");
    expect(new Map(view.items)).toEqual(await server.items(view.name));
  }
  expect(changes).toBeGreaterThan(20_000);
  expect(states).toEqual(["connecting", "connected"]);
  expect(mostOpen).toBe(2);
  expect(lies).toEqual([]);
}, 60_000);
