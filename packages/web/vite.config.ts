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

/** Under `sst dev` the stage says what the pages must know of it; elsewhere whoever serves them has `config.json`. */
const configuration: Plugin = {
  name: "configuration",
  apply: "serve",
  configureServer({ middlewares }) {
    const config = process.env.CALLBOARD_CONFIG;
    if (!config) return;
    middlewares.use("/config.json", (_, response) => {
      response.writeHead(200, { "content-type": "application/json", "cache-control": "no-store" });
      response.end(config);
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
      input: ["index.html", "viewer.html", "creator.html", "sign-in.html"].map((page) =>
        join(import.meta.dirname, page),
      ),
    },
  },
});
