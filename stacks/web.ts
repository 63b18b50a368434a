import type { PagesSignIn } from "@callboard/functions/deployment";
import { framedBy, framedPage, HSTS_SECONDS, pageHeaders, pagePolicy } from "@callboard/web/policy";
import type { Apis } from "./apis.ts";
import type { Code } from "./code.ts";
import { type Domains, isAny, withPages } from "./domains.ts";
import { type Known, when } from "./known.ts";
import type { Names } from "./names.ts";
import type { Settings } from "./settings.ts";
import type { Storage } from "./storage.ts";

/** Where `sst dev` serves the pages. */
export const DEV_PAGES = "http://localhost:5173";

/** What the pages need to know of their stage: their `config.json`. `hasVideos`: the video application is deployed. */
export const pagesConfig = (
  { socket, http }: Apis,
  signIn: $util.Input<PagesSignIn> | undefined,
  { hasVideos }: { readonly hasVideos: boolean },
): $util.Output<string> =>
  $jsonStringify({
    socketUrl: socket.url,
    httpUrl: http.url.apply((url) => url.replace(/\/$/, "")),
    ...(hasVideos ? { videos: true, sampleAvailable: true } : {}),
    ...(signIn ? { signIn } : {}),
  });

/** Origins that the pages' policy lets them call. */
interface PagesParts {
  readonly code: Code;
  readonly domains: Domains;
  readonly apis: Apis;
  readonly bucket: Storage["bucket"];
  /** Origins of the issuer, for signing in. */
  readonly signIn: readonly $util.Input<string>[];
}

/** How long browsers cache a file; the last matching rule counts. Built assets have a hash in their names. */
const fileOptions = [
  { files: "**", cacheControl: "max-age=31536000,public,immutable" },
  // Revalidated by its ETag each time; with `no-store` the browser could not even keep it for going back.
  { files: "**/*.html", cacheControl: "max-age=0,no-cache,must-revalidate" },
  { files: "callboard-question.js", cacheControl: "max-age=300,public" },
];

/**
 * The pages of viewers and creators. The issuer must know their address first, so the build cannot contain the issuer's
 * settings: `configure` puts them next to the pages.
 */
export function web(names: Names, known: Known<Settings>, parts: PagesParts): sst.aws.StaticSite {
  const policy = pagesPolicy(parts);
  const headers = responseHeaders(names, "PagesHeaders", policy);
  const framers = when(known, ({ origins }) => (isAny(origins) ? ["*"] : withPages(origins, parts.domains)));
  const framed = responseHeaders(
    names,
    "PagesFramedHeaders",
    $util.all([policy, framers]).apply(([text, origins]) => framedBy(text, origins)),
  );
  const { domains, code } = parts;
  const pages = new sst.aws.StaticSite(names.inStack("Pages"), {
    ...code.pages,
    dev: false,
    // A page that was opened before a deployment still requests its own assets.
    assets: { routes: ["/config.json"], fileOptions, purge: false },
    ...(domains.pages ? { domain: domains.pages } : {}),
    transform: {
      cdn: (args) => {
        args.defaultCacheBehavior = $util
          .output(args.defaultCacheBehavior)
          .apply((behavior) => ({ ...behavior, responseHeadersPolicyId: headers.id }));
        // Other sites may show this page in a frame; its other headers are like those of the other pages.
        args.orderedCacheBehaviors = $util
          .all([args.defaultCacheBehavior, framed.id])
          .apply(([behavior, responseHeadersPolicyId]) => [
            { ...behavior, pathPattern: framedPage, responseHeadersPolicyId },
          ]);
      },
    },
  });
  mayCall(known, domains, pages);
  return pages;
}

/** Writes the configuration next to the pages. */
export const configure = (
  { inStack }: Names,
  pages: sst.aws.StaticSite,
  config: $util.Output<string>,
): aws.s3.BucketObjectv2 =>
  new aws.s3.BucketObjectv2(inStack("PagesConfig"), {
    bucket: pages.nodes.assets!.name,
    key: "config.json",
    content: config,
    contentType: "application/json",
    cacheControl: "no-store",
  });

/** The pages under `sst dev`, with a known address, in a pane of their own. */
export const devWeb = (
  { inStack }: Names,
  { pages: { path, vite } }: Code,
  config: $util.Output<string>,
): sst.aws.StaticSite =>
  new sst.aws.StaticSite(inStack("Pages"), {
    path,
    vite,
    environment: { CALLBOARD_PAGES_CONFIG: config },
    dev: { command: "npm run dev", title: "Pages", url: DEV_PAGES },
  });

/** What the pages may call, and that no other site may show them in a frame. */
function pagesPolicy({ apis, bucket, signIn }: PagesParts): $util.Output<string> {
  // The form in which functions sign: {U}
  const files = $interpolate`https://${bucket.name}.s3.${aws.getRegionOutput().region}.amazonaws.com`;
  return $util
    .all([apis.socket.url, apis.http.url, files, $util.all([...signIn])])
    .apply(([socket, http, filesUrl, issuers]) =>
      pagePolicy({ socket, http, files: filesUrl, signIn: issuers }),
    );
}

/**
 * Headers that CloudFront adds to every answer, errors included; a page that others may frame has no `x-frame-options`.
 */
function responseHeaders(
  { inStack, stageId }: Names,
  name: "PagesHeaders" | "PagesFramedHeaders",
  policy: $util.Output<string>,
): aws.cloudfront.ResponseHeadersPolicy {
  const isFramed = name === "PagesFramedHeaders";
  return new aws.cloudfront.ResponseHeadersPolicy(inStack(name), {
    comment: `Pages of ${stageId()}${isFramed ? " that others may frame" : ""}`,
    securityHeadersConfig: {
      contentSecurityPolicy: { contentSecurityPolicy: policy, override: true },
      contentTypeOptions: { override: true },
      ...(isFramed ? {} : { frameOptions: { frameOption: pageHeaders["x-frame-options"], override: true } }),
      referrerPolicy: { referrerPolicy: pageHeaders["referrer-policy"], override: true },
      strictTransportSecurity: { accessControlMaxAgeSec: HSTS_SECONDS, override: true },
    },
  });
}

/**
 * The pages' own address is known only after they are deployed, which is after the API with its allowed origins: so
 * explicit origins must include it. A deployment that fails here is better than pages that do not work.
 */
function mayCall(known: Known<Settings>, domains: Domains, pages: sst.aws.StaticSite): void {
  $util
    .all([pages.url, when(known, ({ origins, rephrase }) => ({ origins, rephrase }))])
    .apply(([url, { origins, rephrase }]) => {
      const { origin } = new URL(url);
      if (!isAny(origins) && !withPages(origins, domains).includes(origin))
        throw new Error(rephrase(`CALLBOARD_ORIGINS does not name the pages themselves: add ${origin}`));
    });
}
