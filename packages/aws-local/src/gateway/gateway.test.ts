import { expect, it } from "vitest";
import { deferred } from "../deferred.ts";
import { connectClient, dial } from "../testing/gateway-client.ts";
import { allow, openStage } from "../testing/gateway-stage.ts";

it("rejects with EADDRINUSE when its port is taken", async () => {
  const { gateway } = await openStage();
  await expect(openStage({ port: gateway.port })).rejects.toMatchObject({ code: "EADDRINUSE" });
  await gateway.close();
});

it("closes its clients with 1001 and reports their disconnects before it is closed", async () => {
  const { gateway, events } = await openStage();
  const clients = await Promise.all([1, 2, 3].map(() => connectClient(gateway.url)));
  expect(gateway.connections()).toBe(3);
  await gateway.close();
  expect(await Promise.all(clients.map((client) => client.closed))).toEqual(
    Array(3).fill({ code: 1001, reason: "Going away" }),
  );
  expect(events.disconnect.map((event) => event.requestContext.disconnectStatusCode)).toEqual([
    1001, 1001, 1001,
  ]);
  expect(gateway.connections()).toBe(0);
  await expect(dial(gateway.url)).rejects.toMatchObject({ code: "ECONNREFUSED" });
});

it("does not wait for ever for a client that ignores the close", async () => {
  const { gateway, disconnected } = await openStage();
  const client = await connectClient(gateway.url);
  client.socket.pause();
  await gateway.close();
  expect((await disconnected()).requestContext.disconnectStatusCode).toBe(1001);
});

it("continues when the disconnect integration fails", async () => {
  const { gateway, errors, disconnected } = await openStage({
    disconnect: () => Promise.reject(new Error("boom")),
  });
  const client = await connectClient(gateway.url);
  client.socket.close();
  await disconnected();
  expect(gateway.prepare("x")("gone")).toBe("gone");
  await gateway.close();
  expect(errors.map(({ route }) => route)).toEqual(["$disconnect"]);
});

it("drops a client that is still being authorized when it closes, and never connects it", async () => {
  const begun = deferred();
  const ended = deferred();
  const { gateway, events } = await openStage({
    authorizer: async () => {
      begun.resolve();
      await ended.promise;
      return allow();
    },
  });
  const dialled = expect(dial(gateway.url)).rejects.toThrow("socket hang up");
  await begun.promise;
  const closed = gateway.close();
  await dialled;
  ended.resolve();
  await closed;
  expect(events.connect).toEqual([]);
  expect(events.disconnect).toEqual([]);
});
