import { mkdir, mkdtemp, symlink, writeFile } from "node:fs/promises";
import { get, type IncomingMessage, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, it } from "vitest";
import type { PageRoutes } from "./page-routes.ts";
import { createPageServer, type PageServer } from "./page-server.ts";

const open: PageServer[] = [];
afterEach(async () => {
  for (const server of open.splice(0)) await server.close();
});

const largeBytes = 8 * 1024 * 1024;

async function pages() {
  const folder = await mkdtemp(join(tmpdir(), "pages-"));
  await mkdir(join(folder, "assets"));
  await writeFile(join(folder, "index.html"), "<p>start</p>");
  await writeFile(join(folder, "assets", "app-1a2b.js"), Buffer.alloc(largeBytes, "x"));
  await writeFile(join(folder, "..", "outside.txt"), "secret");
  const server = await createPageServer({
    port: 0,
    folder,
    routes: () => ({ config: { of: "this machine" } }) as unknown as PageRoutes,
    origins: () => ({ socket: "ws://127.0.0.1:1", http: "http://127.0.0.1:1", files: "http://127.0.0.1:2" }),
  });
  open.push(server);
  return { ...server, folder };
}

/** The status of a request whose headers `fetch` would not send. */
const statusOf = (port: number, method: string, path: string, headers: Record<string, string>) =>
  new Promise<number>((resolve, reject) => {
    const sent = request({ port, host: "127.0.0.1", method, path, headers }, (response) => {
      response.resume();
      resolve(response.statusCode!);
    });
    sent.on("error", reject).end();
  });

it("serves what is in the folder and nothing beside it", async () => {
  const { url, port } = await pages();
  const start = await fetch(url);
  expect(await start.text()).toBe("<p>start</p>");
  expect(start.headers.get("content-type")).toBe("text/html; charset=utf-8");
  const asset = await fetch(`${url}/assets/app-1a2b.js`);
  expect((await asset.arrayBuffer()).byteLength).toBe(largeBytes);
  expect(asset.headers.get("cache-control")).toContain("immutable");
  const others = ["/assets", "/assets/", "/none", "/index.html/x", "/..%2foutside.txt", "/..%5coutside.txt"];
  for (const path of [...others, "/index.html::$DATA", "/C:%5cx", "/%00", `/${"x".repeat(2000)}`, "/%ff"])
    expect([path, await statusOf(port, "GET", path, {})]).toEqual([path, 404]);
  expect(await statusOf(port, "HEAD", "/assets/app-1a2b.js", {})).toBe(200);
});

it("lets pages of this machine frame the viewer's page, and no page of any host another one", async () => {
  const { url } = await pages();
  const headersOf = async (path: string) => {
    const { headers } = await fetch(`${url}${path}`);
    const [, ancestors] = /frame-ancestors ([^;]+)/.exec(headers.get("content-security-policy")!)!;
    return [headers.get("x-frame-options"), ancestors];
  };
  for (const path of ["/", "/creator.html", "/sign-in.html", "/viewer.html/", "/%76iewer.htm"])
    expect([path, await headersOf(path)]).toEqual([path, ["DENY", "'none'"]]);
  const here = "'self' http://localhost:* http://*.localhost:* http://127.0.0.1:*";
  expect(await headersOf("/viewer.html?embed")).toEqual([null, here]);
});

it.each([
  "//",
  "//evil.example/",
  "//[",
  "/\\\\evil.example",
  "/\\x",
  "/%5c%5cx",
  "http://evil.example/",
  "http://[/",
  "*",
])("answers 404 of %j, which names no page", async (path) => {
  const { port } = await pages();
  expect([404, 400]).toContain(await statusOf(port, "GET", path, {}));
});

it.each(["GET", "HEAD", "POST", "OPTIONS"])(
  "answers %s of no other host's and no other site's",
  async (method) => {
    const { port } = await pages();
    for (const path of ["/", "/config.json", "/dev/token?user=ana&role=creator", "/dev/anything"]) {
      expect(await statusOf(port, method, path, { host: "evil.example" })).toBe(421);
      expect(await statusOf(port, method, path, { origin: "https://evil.example" })).toBe(403);
      expect(await statusOf(port, method, path, { origin: "null" })).toBe(403);
    }
  },
);

it("lets pages of this machine, on whatever port, read a token, and nothing else across origins", async () => {
  const { url } = await pages();
  const ask = (path: string, method: string, origin?: string) =>
    fetch(url + path, { method, headers: origin === undefined ? {} : { origin } });
  for (const origin of ["http://localhost:5173", "http://127.0.0.1:8080", "http://app.localhost"]) {
    const answer = await ask("/dev/token?user=ana&role=creator", "GET", origin);
    expect(answer.headers.get("access-control-allow-origin")).toBe(origin);
    expect(answer.headers.get("vary")).toBe("origin");
    const preflight = await ask("/dev/token", "OPTIONS", origin);
    expect([preflight.status, preflight.headers.get("access-control-allow-methods")]).toEqual([204, "GET"]);
    for (const path of ["/", "/config.json", "/dev/sqs"])
      expect([path, (await ask(path, "GET", origin)).headers.get("access-control-allow-origin")]).toEqual([
        path,
        null,
      ]);
  }
  const own = await ask("/dev/token?user=ana&role=creator", "GET");
  expect(own.headers.get("access-control-allow-origin")).toBeNull();
});

it.skipIf(process.platform === "win32")(
  "goes on when a file cannot be opened, and when somebody leaves in the middle of one",
  async () => {
    const { url, port, folder } = await pages();
    const printed: unknown[] = [];
    const { error } = console;
    console.error = (...said) => printed.push(...said);
    try {
      // Opening it fails as it does when no file descriptor is left: with what nobody expects.
      await symlink("loop.js", join(folder, "loop.js"));
      expect(await statusOf(port, "GET", "/loop.js", {})).toBe(500);
      expect(printed).toEqual([expect.objectContaining({ code: "ELOOP" })]);
      const begun = await new Promise<IncomingMessage>((resolve) =>
        get(`${url}/assets/app-1a2b.js`, resolve),
      );
      begun.destroy();
      expect((await fetch(url)).status).toBe(200);
      expect(printed).toHaveLength(1);
    } finally {
      console.error = error;
    }
  },
);
