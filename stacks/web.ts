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
export const devPages = "http://localhost:5173";

/** What the pages must know of their stage: `config.json` beside them. `hasVideos`: the video application is there. */
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

/** What the pages' policy lets them call. */
interface PagesParts {
  readonly code: Code;
  readonly domains: Domains;
  readonly apis: Apis;
  readonly bucket: Storage["bucket"];
  /** Origins of whoever signs people in. */
  readonly signIn: readonly $util.Input<string>[];
}

/** How long browsers keep a file; of those that fit it is the last that counts. Built assets carry their hash. */
const fileOptions = [
  { files: "**", cacheControl: "max-age=31536000,public,immutable" },
  // Asked for again, by its ETag: what is not stored at all is not kept for the way back either.
  { files: "**/*.html", cacheControl: "max-age=0,no-cache,must-revalidate" },
  { files: "callboard-question.js", cacheControl: "max-age=300,public" },
];

/**
 * The viewer's and the creator's page. Whoever signs people in has to know their address first, so that what they must
 * know of it is no part of what is built: it is put beside them by `configure`.
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
    // A page that was opened before a deployment still asks for parts of its own.
    assets: { routes: ["/config.json"], fileOptions, purge: false },
    ...(domains.pages ? { domain: domains.pages } : {}),
    transform: {
      cdn: (args) => {
        args.defaultCacheBehavior = $util
          .output(args.defaultCacheBehavior)
          .apply((behavior) => ({ ...behavior, responseHeadersPolicyId: headers.id }));
        // Pages of others may show this one: all that it needs else is what the others need.
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

/** Puts the configuration beside the pages. */
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

/** The pages under `sst dev`, which know their address, in a pane of its own. */
export const devWeb = (
  { inStack }: Names,
  { pages: { path, vite } }: Code,
  config: $util.Output<string>,
): sst.aws.StaticSite =>
  new sst.aws.StaticSite(inStack("Pages"), {
    path,
    vite,
    environment: { CALLBOARD_PAGES_CONFIG: config },
    dev: { command: "npm run dev", title: "Pages", url: devPages },
  });

/** What the pages may call, and that nobody may show them in a frame. */
function pagesPolicy({ apis, bucket, signIn }: PagesParts): $util.Output<string> {
  // As functions sign: https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html
  const files = $interpolate`https://${bucket.name}.s3.${aws.getRegionOutput().region}.amazonaws.com`;
  return $util
    .all([apis.socket.url, apis.http.url, files, $util.all([...signIn])])
    .apply(([socket, http, filesUrl, issuers]) =>
      pagePolicy({ socket, http, files: filesUrl, signIn: issuers }),
    );
}

/** Headers that CloudFront adds to every answer, errors included; a page that others may frame has no `x-frame-options`. */
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
 * The pages' own address is known only once they are there, after the API that tells browsers who may call it: whoever
 * names origins names it too. Better a deployment that ends with it than pages that nobody can use.
 */
function mayCall(known: Known<Settings>, domains: Domains, pages: sst.aws.StaticSite): void {
  $util
    .all([pages.url, when(known, ({ origins, inTheirWords }) => ({ origins, inTheirWords }))])
    .apply(([url, { origins, inTheirWords }]) => {
      const { origin } = new URL(url);
      if (!isAny(origins) && !withPages(origins, domains).includes(origin))
        throw new Error(inTheirWords(`CALLBOARD_ORIGINS does not name the pages themselves: add ${origin}`));
    });
}
