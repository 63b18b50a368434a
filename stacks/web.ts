import type { Apis } from "./apis.ts";

/** The viewer's and the creator's page; the address of the WebSocket API is built into them, or served beside them under `sst dev`. */
export const web = ({ socket }: Apis): sst.aws.StaticSite =>
  new sst.aws.StaticSite("Pages", {
    path: "packages/web",
    build: { command: "npm run build", output: "dist" },
    environment: { CALLBOARD_SOCKET_URL: socket.url },
    // Declares what nothing reads: the address is in config.json.
    vite: { types: "../../.sst/web-env.d.ts" },
    dev: { command: "npm run dev", title: "Pages", url: "http://localhost:5173" },
  });
