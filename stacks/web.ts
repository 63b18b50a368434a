import type { PagesSignIn } from "@callboard/functions/deployment";
import type { Apis } from "./apis.ts";

/** Where `sst dev` serves the pages. */
export const devPages = "http://localhost:5173";

/** What the pages must know of their stage: `config.json` beside them. */
export const pagesConfig = (
  { socket, http }: Apis,
  signIn: $util.Input<PagesSignIn> | undefined,
): $util.Output<string> =>
  $jsonStringify({
    socketUrl: socket.url,
    httpUrl: http.url.apply((url) => url.replace(/\/$/, "")),
    ...(signIn ? { signIn } : {}),
  });

/**
 * The viewer's and the creator's page. Whoever signs people in has to know their address first, so that what they must
 * know of it is no part of what is built: it is put beside them by `configure`.
 */
export const web = (): sst.aws.StaticSite =>
  new sst.aws.StaticSite("Pages", {
    path: "packages/web",
    build: { command: "npm run build", output: "dist" },
    assets: { routes: ["/config.json"] },
    // Declares what nothing reads: the address is in config.json.
    vite: { types: "../../.sst/web-env.d.ts" },
  });

/** Puts the configuration beside the pages. */
export const configure = (pages: sst.aws.StaticSite, config: $util.Output<string>): aws.s3.BucketObjectv2 =>
  new aws.s3.BucketObjectv2("PagesConfig", {
    bucket: pages.nodes.assets!.name,
    key: "config.json",
    content: config,
    contentType: "application/json",
    cacheControl: "no-store",
  });

/** The pages under `sst dev`, which know their address, in a pane of its own. */
export const devWeb = (config: $util.Output<string>): sst.aws.StaticSite =>
  new sst.aws.StaticSite("Pages", {
    path: "packages/web",
    environment: { CALLBOARD_CONFIG: config },
    vite: { types: "../../.sst/web-env.d.ts" },
    dev: { command: "npm run dev", title: "Pages", url: devPages, autostart: false },
  });
