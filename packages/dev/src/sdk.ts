import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { S3Client } from "@aws-sdk/client-s3";
import { SFNClient } from "@aws-sdk/client-sfn";
import { defaultPlace } from "@callboard/aws-local";

/** The credentials with which an AWS SDK can use the embedded services; S3 checks the signature. */
export const credentials = { accessKeyId: "callboard", secretAccessKey: "callboard" };
export const { region } = defaultPlace;

interface Clients {
  readonly s3: S3Client;
  readonly bus: EventBridgeClient;
  readonly sfn: SFNClient;
}

/** Clients of the embedded services; the address is known only once the endpoint listens. */
export interface LateClients {
  (): Clients;
  /** Makes the clients. */
  useEndpoint(endpoint: string): void;
}

export function lateClients(): LateClients {
  let made: Clients | undefined;
  const get = () => {
    if (!made) throw new Error("the endpoint does not listen yet");
    return made;
  };
  return Object.assign(get, {
    useEndpoint(endpoint: string) {
      const client = { region, credentials, endpoint };
      // In a signed upload, the checksum would be that of an empty body.
      const s3 = new S3Client({
        ...client,
        forcePathStyle: true,
        requestChecksumCalculation: "WHEN_REQUIRED",
      });
      made = { s3, bus: new EventBridgeClient(client), sfn: new SFNClient(client) };
    },
  });
}
