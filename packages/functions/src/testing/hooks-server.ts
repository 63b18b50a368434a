import { once } from "node:events";
import type { RequestListener, Server } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";

/** A self-signed certificate for `hooks.example` and the names under it, until 2126; only for tests. */
export const hooksCertificate = `-----BEGIN CERTIFICATE-----
MIIBszCCAVigAwIBAgIUaSlGDUA7P4Ux5H7kYzAhCCL5N6wwCgYIKoZIzj0EAwIw
GDEWMBQGA1UEAwwNaG9va3MuZXhhbXBsZTAgFw0yNjExMjkyMTU2NTVaGA8yMTI2
MTEwNTIxNTY1NVowGDEWMBQGA1UEAwwNaG9va3MuZXhhbXBsZTBZMBMGByqGSM49
AgEGCCqGSM49AwEHA0IABAJac2peaRHWRhjTsYeSX3h3lFwB2dlwfDgfU5i2ExqU
tCiFqZzUCF8LKmehYQN0ha/18HUVUYDRFaYY0wWON36jfjB8MB0GA1UdDgQWBBSp
gdl/Ylyospy5ETLPcH0cXTiKQjAfBgNVHSMEGDAWgBSpgdl/Ylyospy5ETLPcH0c
XTiKQjApBgNVHREEIjAggg1ob29rcy5leGFtcGxlgg8qLmhvb2tzLmV4YW1wbGUw
DwYDVR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNJADBGAiEArinV8M1ACzD00xjy
t2MYb7Epb/VsjNz0H2WQ+zgpldgCIQDlAkGo9AlUrHa/uqvcm7pfraZGjOEcABay
GD2sNHImjQ==
-----END CERTIFICATE-----
`;

export const hooksKey = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg7zFUstpYmCcumupN
RnY7AoMbn4XKpPTAe179Q+LFDpGhRANCAAQCWnNqXmkR1kYY07GHkl94d5RcAdnZ
cHw4H1OYthMalLQohamc1AhfCypnoWEDdIWv9fB1FVGA0RWmGNMFjjd+
-----END PRIVATE KEY-----
`;

/** A server of a webhook's receiver: it uses TLS, on this machine. */
export interface HooksServer {
  readonly port: number;
  readonly server: Server;
  close(): Promise<void>;
}

export async function hooksServer(listener: RequestListener): Promise<HooksServer> {
  const server = createServer({ key: hooksKey, cert: hooksCertificate }, listener).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    server,
    port: (server.address() as AddressInfo).port,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}
