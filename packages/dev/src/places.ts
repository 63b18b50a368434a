import type { EndpointService } from "@callboard/aws-local";

/** The addresses of a running Callboard's parts, except its AWS endpoint. */
export interface Places {
  /** The WebSocket API, as `SOCKET_ENDPOINT` names it. */
  readonly socketEndpoint: string;
  /** The state machine that `npx callboard check` starts. */
  readonly checkMachineArn: string;
  /** The pages, which issue tokens; known last. */
  readonly pages?: string;
  /** The SMTP server that accepts mail. */
  readonly smtp?: string;
  /** The page that shows sent mails; undefined where people sign in. */
  readonly mail?: string;
  /** What this process has used so far, for load tests. */
  readonly usage?: Usage;
}

export interface Usage {
  /** Milliseconds of processor time, over all cores. */
  readonly cpuMs: number;
  /** Bytes of memory now. */
  readonly memoryBytes: number;
}

/** The path at the AWS endpoint: no bucket can have such a name. */
export const placesPath = "/_callboard";

/** Answers with the addresses of all other parts, so that a caller needs only the AWS endpoint. */
export const placesService = (places: () => Places | undefined): EndpointService => ({
  name: "Callboard",
  path: placesPath,
  async handle(_, response) {
    const found = places();
    response.writeHead(found ? 200 : 503, {
      "content-type": "application/json",
      "cache-control": "no-store",
    });
    response.end(
      JSON.stringify(found ? { ...found, usage: usage() } : { message: "Callboard is starting." }),
    );
  },
});

function usage(): Usage {
  const { user, system } = process.cpuUsage();
  return { cpuMs: (user + system) / 1000, memoryBytes: process.memoryUsage.rss() };
}
