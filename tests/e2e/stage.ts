import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Callboard, type Channel, type ConnectOptions, connect, type Item } from "@callboard/client";
import { itemsOf } from "@callboard/core/testing/heads.ts";
import { type LocalCallboard, type Settings, type StartOptions, startCallboard } from "@callboard/dev";
import { WebSocket } from "ws";
import { buildPages } from "../../scripts/bundle.ts";
import { type Aws, awsAt } from "./aws.ts";
import { devToken, type Role } from "./dev-token.ts";
import { type Link, layLink } from "./link.ts";
import { mapOf, until } from "./people.ts";

/** All of Callboard in this process, on free ports with its own folder, and with people who use it. */
export interface Stage {
  readonly callboard: LocalCallboard;
  readonly aws: Aws;
  /** The data folder. */
  readonly data: string;
  /** The output at the terminal. */
  readonly lines: string[];
  token(user: string, role: Role): Promise<string>;
  /** A client that is closed with the stage. */
  person(user: string, role: Role, options?: Partial<ConnectOptions>): Callboard;
  /** A way to the WebSocket API that can be cut. */
  link(): Promise<Link & { readonly url: string }>;
  /** Resolves when every event has been handled or given up. */
  settled(): Promise<void>;
  /** A channel in the table. */
  tableMap(channel: Channel): Promise<Record<string, unknown>>;
  /** A channel as a new client sees it. */
  freshMap(channel: Channel, user?: string, role?: Role): Promise<Record<string, unknown>>;
  close(): Promise<void>;
}

/** `settings` replace those of a start. */
export async function openStage(
  options: Partial<StartOptions> = {},
  settings: Pick<Settings, "functions" | "identity" | "lists" | "origins" | "plugins" | "publishers"> = {},
): Promise<Stage> {
  const data = await mkdtemp(join(tmpdir(), "callboard-e2e-"));
  const lines: string[] = [];
  const callboard = await startCallboard(
    { lists: "video", ...settings, port: 0, socketPort: 0, awsPort: 0, data },
    { pages: await buildPages(), say: (line) => void lines.push(line), ...options },
  );
  const { pages, socket, aws: awsUrl } = callboard.addresses;
  const aws = awsAt(awsUrl);
  const ends: (() => unknown)[] = [];
  const token = (user: string, role: Role) => devToken(pages, user, role);

  const person: Stage["person"] = (user, role, more = {}) => {
    const made = connect({
      url: socket,
      token: () => token(user, role),
      WebSocket,
      name: "e2e",
      ...more,
    });
    ends.push(made.close);
    return made;
  };

  return {
    callboard,
    aws,
    data,
    lines,
    token,
    person,
    async link() {
      const made = await layLink(callboard.gateway.port);
      ends.push(made.close);
      return { ...made, url: `ws://127.0.0.1:${made.port}/` };
    },
    async settled() {
      await callboard.bus.idle();
      await callboard.lambda.idle();
    },
    tableMap: async (channel) => mapOf((await itemsOf(aws.stores, channel)) as Item[]),
    async freshMap(channel, user = "eva", role = "creator") {
      const fresh = person(user, role);
      const view = fresh.channel(channel);
      await until(view, ({ status }) => status === "following");
      const seen = mapOf(view.items.values());
      fresh.close();
      return seen;
    },
    async close() {
      for (const end of ends.splice(0).reverse()) await end();
      await callboard.close();
      await rm(data, { recursive: true, force: true });
    },
  };
}
