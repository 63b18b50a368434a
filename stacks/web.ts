import { HSTS_SECONDS, pageHeaders, pagePolicy } from "@callboard/web/policy";
import type { Apis } from "./apis.ts";
import type { Settings } from "./settings.ts";
import type { Storage } from "./storage.ts";

/** What the pages need to know of the stage. */
export interface PagesParts {
  readonly apis: Apis;
  readonly bucket: Storage["bucket"];
  /** Whether the video application is there, with its sample. */
  readonly hasVideos: boolean;
  /** Origins of whoever signs people in. */
  readonly signIn?: readonly $util.Input<string>[];
}

/** The viewer's and the creator's page: where everything is stands in their `config.json` and in their headers. */
export function web(settings: Settings, parts: PagesParts): sst.aws.StaticSite {
  const { apis, hasVideos } = parts;
  const config = $util.jsonStringify({
    socketUrl: apis.socket.url,
    httpUrl: apis.http.url,
    ...(hasVideos ? { videos: true, sampleAvailable: true } : {}),
  });
  const headers = $dev ? undefined : responseHeaders(parts);
  const pages = new sst.aws.StaticSite("Pages", {
    path: "packages/web",
    build: { command: "npm run build", output: "dist" },
    environment: { CALLBOARD_PAGES_CONFIG: config },
    // Declares what nothing reads: the addresses are in config.json.
    vite: { types: "../../.sst/web-env.d.ts" },
    dev: { command: "npm run dev", title: "Pages", url: "http://localhost:5173" },
    transform: {
      cdn: (args) => {
        args.defaultCacheBehavior = $util
          .output(args.defaultCacheBehavior)
          .apply((behavior) => ({ ...behavior, responseHeadersPolicyId: headers!.id }));
      },
    },
  });
  if (!$dev) mayCall(settings, pages);
  return pages;
}

/** Headers that CloudFront adds to every answer, errors included. */
function responseHeaders({ apis, bucket, signIn = [] }: PagesParts): aws.cloudfront.ResponseHeadersPolicy {
  // As functions sign: https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html
  const files = $interpolate`https://${bucket.name}.s3.${aws.getRegionOutput().region}.amazonaws.com`;
  const policy = $util
    .all([apis.socket.url, apis.http.url, files, $util.all([...signIn])])
    .apply(([socket, http, filesUrl, issuers]) =>
      pagePolicy({ socket, http, files: filesUrl, signIn: issuers }),
    );
  return new aws.cloudfront.ResponseHeadersPolicy("PagesHeaders", {
    comment: `Pages of ${$app.name}-${$app.stage}`,
    securityHeadersConfig: {
      contentSecurityPolicy: { contentSecurityPolicy: policy, override: true },
      contentTypeOptions: { override: true },
      frameOptions: { frameOption: pageHeaders["x-frame-options"], override: true },
      referrerPolicy: { referrerPolicy: pageHeaders["referrer-policy"], override: true },
      strictTransportSecurity: { accessControlMaxAgeSec: HSTS_SECONDS, override: true },
    },
  });
}

/**
 * The pages' own address is known only once they are there, after the API that tells browsers who may call it: whoever
 * names origins names it too. Better a deployment that ends with it than pages that nobody can use.
 */
function mayCall({ origins }: Settings, pages: sst.aws.StaticSite): void {
  if (origins.includes("*") || origins.includes("https://*")) return;
  $util.output(pages.url).apply((url) => {
    const { origin } = new URL(url);
    if (!origins.includes(origin))
      throw new Error(`CALLBOARD_ORIGINS does not name the pages themselves: add ${origin}`);
  });
}
