import { mkdir, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { type BundleOptions, bundleHandler } from "./bundle.ts";

/** The calls that SST makes to its own command while it evaluates an app. */
interface Call {
  readonly id: unknown;
  readonly method: string;
  readonly params: readonly [Record<string, never>];
}

interface BuildInput {
  readonly functionID: string;
  readonly handler: string;
  readonly bundle?: string;
  readonly properties?: {
    minify?: boolean;
    splitting?: boolean;
    esbuild?: { external?: string[]; keepNames?: boolean };
  };
}

export interface CliServer {
  readonly url: string;
  /** Bytes that a start of each function loads. */
  readonly bundles: Record<string, number>;
  /** For functions that are already bundled: the folder and the handler in it. */
  readonly prebuilt: Record<string, { readonly folder: string; readonly handler: string }>;
  close(): Promise<void>;
}

const bootstrap = {
  appsyncHttp: "appsync.synth",
  appsyncRealtime: "appsync-realtime.synth",
  asset: "sst-asset-synth",
  assetEcrRegistryId: "123456789012",
  assetEcrUrl: "123456789012.dkr.ecr.us-east-1.amazonaws.com/sst-asset",
  state: "sst-state-synth",
};

/** Replaces SST's command. Functions are really bundled, so that a missing file or handler fails. */
export async function startCliServer(
  outdir: string,
  { bundle = true, root }: { readonly bundle?: boolean; readonly root: string },
): Promise<CliServer> {
  const bundles: Record<string, number> = {};
  const prebuilt: CliServer["prebuilt"] = {};

  async function answer({ method, params: [input] }: Call): Promise<unknown> {
    switch (method) {
      case "Provider.Aws.Bootstrap":
        return bootstrap;
      case "Provider.Aws.Appsync":
        return { http: bootstrap.appsyncHttp, realtime: bootstrap.appsyncRealtime };
      case "Runtime.AddTarget":
        return null;
      case "Runtime.Build":
        return built(input as unknown as BuildInput);
    }
    throw new Error(`synth does not support ${method}`);
  }
  async function built(input: BuildInput) {
    const { functionID, handler, bundle: folder } = input;
    // SST uses these unchanged: its own functions, such as its site's, and those of a package are already bundled.
    if (folder) prebuilt[functionID] = { folder, handler };
    if (folder) return { handler, out: folder, errors: [], sourcemaps: [] };
    return bundle ? buildFunction(input, root, outdir, bundles) : standInFunction(input, outdir);
  }
  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let text = "";
    for await (const chunk of request) text += chunk;
    const call = JSON.parse(text) as Call;
    const result = await answer(call).then(
      (value) => ({ id: call.id, result: value, error: null }),
      (cause: Error) => ({ id: call.id, result: null, error: cause.message }),
    );
    response.setHeader("content-type", "application/json").end(JSON.stringify(result));
  }
  const underWay = new Set<Promise<unknown>>();
  const server = createServer((request, response) => {
    // The caller may have gone by now; then the error cannot be reported.
    const served = serve(request, response).catch(() => response.destroy());
    underWay.add(served);
    void served.then(() => underWay.delete(served));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    bundles,
    prebuilt,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    // Builds under way write into a folder that the caller deletes next, so this waits for them.
    async close() {
      await new Promise((closed) => server.close(closed));
      await Promise.all(underWay);
    },
  };
}

/** For functions that are not requested: a placeholder file, so that there is something to zip. */
async function standInFunction({ functionID, handler }: BuildInput, outdir: string) {
  const out = join(outdir, functionID);
  await mkdir(out, { recursive: true });
  await writeFile(join(out, "stand-in.mjs"), "");
  return { handler, out, errors: [], sourcemaps: [] };
}

async function buildFunction(
  { functionID, handler, properties }: BuildInput,
  root: string,
  outdir: string,
  bundles: Record<string, number>,
) {
  const out = join(outdir, functionID);
  const { minify, splitting, esbuild: { external, keepNames } = {} } = properties ?? {};
  const options: BundleOptions = {
    root,
    ...(minify === undefined ? {} : { minify }),
    ...(splitting === undefined ? {} : { splitting }),
    ...(external ? { external } : {}),
    ...(keepNames === undefined ? {} : { keepNames }),
  };
  try {
    const { startBytes } = await bundleHandler(handler, out, options);
    bundles[functionID] = startBytes;
    return { handler, out, errors: [], sourcemaps: [] };
  } catch (cause) {
    return { handler, out, errors: [(cause as Error).message], sourcemaps: [] };
  }
}
