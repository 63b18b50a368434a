import type { EndpointService } from "@callboard/aws-local";

/** Where the parts of a running Callboard are that are not at its AWS endpoint. */
export interface Places {
  /** The WebSocket API, as `SOCKET_ENDPOINT` names it. */
  readonly socketEndpoint: string;
  /** What `npx callboard check` starts. */
  readonly checkMachineArn: string;
  /** The pages, which give out tokens; last to be there. */
  readonly pages?: string;
  /** Where mail can be sent by SMTP. */
  readonly smtp?: string;
  /** The page that shows what was sent; there is none where people sign in. */
  readonly mail?: string;
  /** What this process has used so far, so that whoever makes load can say what it costs. */
  readonly usage?: Usage;
}

export interface Usage {
  /** Milliseconds of processor time, over all cores. */
  readonly cpuMs: number;
  /** Bytes of memory now. */
  readonly memoryBytes: number;
}

/** Where the AWS endpoint tells it: no bucket can have such a name. */
export const placesPath = "/_callboard";

/** Answers where the rest is, so that whoever knows the AWS endpoint needs to know nothing else. */
export const placesService = (places: () => Places | undefined): EndpointService => ({
  name: "Callboard",
  path: placesPath,
  async handle(_, response) {
    const found = places();
    response.writeHead(found ? 200 : 503, {
      "content-type": "application/json",
      "cache-control": "no-store",
    });
    response.end(JSON.stringify(found ? { ...found, usage: usage() } : { message: "It is being started." }));
  },
});

function usage(): Usage {
  const { user, system } = process.cpuUsage();
  return { cpuMs: (user + system) / 1000, memoryBytes: process.memoryUsage.rss() };
}
