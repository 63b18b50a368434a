import { join } from "node:path";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";

/**
 * The socket, the storage and the page have ports of their own, known only at run time; everything else comes from the
 * page's own origin.
 */
const policy = [
  "default-src 'self'",
  "connect-src 'self' ws: wss: http: https:",
  "img-src 'self' data: blob: http: https:",
  "media-src 'self' blob: http: https:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
].join("; ");

const contentSecurityPolicy: Plugin = {
  name: "content-security-policy",
  apply: "build",
  transformIndexHtml: () => [
    {
      tag: "meta",
      attrs: { "http-equiv": "Content-Security-Policy", content: policy },
      injectTo: "head-prepend",
    },
  ],
};

/** What a deployment says of itself in `config.json`; undefined without one. */
function deployed(): string | undefined {
  const socketUrl = process.env.CALLBOARD_SOCKET_URL;
  return socketUrl && JSON.stringify({ socketUrl });
}

/**
 * A deployment names its WebSocket API when it builds, and to the server of `sst dev`; on one machine the host itself
 * answers `config.json`.
 */
const configuration: Plugin = {
  name: "configuration",
  generateBundle() {
    const source = deployed();
    if (source) this.emitFile({ type: "asset", fileName: "config.json", source });
  },
  configureServer(server) {
    server.middlewares.use("/config.json", (_, response, next) => {
      const source = deployed();
      if (!source) return next();
      response.setHeader("content-type", "application/json");
      response.end(source);
    });
  },
};

export default defineConfig({
  root: import.meta.dirname,
  base: "./",
  // An issuer sends people back to this address and to no other.
  server: { host: "localhost", port: 5173, strictPort: true },
  plugins: [react(), contentSecurityPolicy, configuration],
  build: {
    outDir: "dist",
    emptyOutDir: true,
    target: "es2022",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: ["index.html", "viewer.html", "creator.html"].map((page) => join(import.meta.dirname, page)),
    },
  },
});
