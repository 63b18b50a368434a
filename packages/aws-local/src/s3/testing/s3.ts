import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { S3Client } from "@aws-sdk/client-s3";
import { type VirtualClock, virtualClock } from "../../clock/clock.ts";
import { createEndpoint, type Endpoint } from "../../endpoint/endpoint.ts";
import { type MemoryStore, memoryStore } from "../../store/memory-store.ts";
import { createS3, type S3, type S3Options } from "../s3.ts";

const credentials = { accessKeyId: "local", secretAccessKey: "local-secret" };

/** An embedded S3 behind a real endpoint, and the real SDK's client of it. */
export interface Stage {
  readonly s3: S3;
  readonly client: S3Client;
  readonly clock: VirtualClock;
  readonly store: MemoryStore;
  readonly directory: string;
  /** What was logged. */
  readonly lines: readonly string[];
  readonly url: string;
  /** Another client, with other keys or options. */
  clientWith(config: ConstructorParameters<typeof S3Client>[0]): S3Client;
}

const open: { s3: S3; endpoint: Endpoint; clients: S3Client[] }[] = [];

/** A stage with the bucket `media`; its clock starts at the machine's time, because the SDK signs with that. */
export async function stage(options: Partial<S3Options> & { store?: MemoryStore } = {}): Promise<Stage> {
  const clock = virtualClock(Date.now());
  const directory = options.directory ?? join(await mkdtemp(join(tmpdir(), "s3-")), "s3");
  const store = options.store ?? memoryStore();
  const lines: string[] = [];
  const s3 = createS3({ clock, credentials, log: (line) => lines.push(line), ...options, store, directory });
  const endpoint = await createEndpoint({ port: 0, services: [s3] });
  const clients: S3Client[] = [];
  open.push({ s3, endpoint, clients });
  const clientWith: Stage["clientWith"] = (config) => {
    const client = new S3Client({
      endpoint: endpoint.url,
      region: "us-east-1",
      forcePathStyle: true,
      credentials,
      maxAttempts: 1,
      ...config,
    });
    clients.push(client);
    return client;
  };
  await s3.createBucket("media");
  return { s3, client: clientWith({}), clock, store, directory, lines, url: endpoint.url, clientWith };
}

/** Ends what `stage` started. */
export async function strike(): Promise<void> {
  for (const { s3, endpoint, clients } of open.splice(0)) {
    for (const client of clients) client.destroy();
    await endpoint.close();
    await s3.close();
  }
}
