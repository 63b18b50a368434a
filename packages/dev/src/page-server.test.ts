import { randomBytes } from "node:crypto";
import { mkdir, mkdtemp, open, symlink, writeFile } from "node:fs/promises";
import { get, type IncomingMessage, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { afterEach, describe, expect, it } from "vitest";
import { keepFiles } from "./kept-files.ts";
import type { PageRoutes } from "./page-routes.ts";
import { createPageServer, type PageServer } from "./page-server.ts";

const running: PageServer[] = [];
afterEach(async () => {
  for (const server of running.splice(0)) await server.close();
});

const largeBytes = 8 * 1024 * 1024;

async function pages(
  routes: Partial<PageRoutes> = {},
  options: Partial<Parameters<typeof createPageServer>[0]> = {},
) {
  const folder = await mkdtemp(join(tmpdir(), "pages-"));
  await mkdir(join(folder, "assets"));
  await writeFile(join(folder, "index.html"), "<p>start</p>");
  await writeFile(join(folder, "assets", "app-1a2b.js"), Buffer.alloc(largeBytes, "x"));
  await writeFile(join(folder, "..", "outside.txt"), "secret");
  const server = await createPageServer({
    port: 0,
    folder,
    routes: () => ({ config: { of: "this machine" }, ...routes }) as unknown as PageRoutes,
    origins: () => ({ socket: "ws://127.0.0.1:1", http: "http://127.0.0.1:1", files: "http://127.0.0.1:2" }),
    ...options,
  });
  running.push(server);
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

it("serves only what is in the folder", async () => {
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

it("serves the docs under their own path with the same policy, and makes them at a request", async () => {
  const docs = await mkdtemp(join(tmpdir(), "docs-"));
  await mkdir(join(docs, "reference"));
  await writeFile(join(docs, "index.html"), "<p>docs</p>");
  await writeFile(join(docs, "reference", "index.html"), "<p>reference</p>");
  let asked = 0;
  const { url, port } = await pages(
    {},
    {
      docs: async () => {
        asked++;
        return docs;
      },
    },
  );
  expect(await (await fetch(url)).text()).toBe("<p>start</p>");
  const moved = await fetch(`${url}/docs`, { redirect: "manual" });
  expect([moved.status, moved.headers.get("location")]).toEqual([308, "/docs/"]);
  expect(asked).toBe(0);
  for (const [path, text] of [
    ["/docs/", "<p>docs</p>"],
    ["/docs/index.html", "<p>docs</p>"],
    ["/docs/reference/", "<p>reference</p>"],
  ]) {
    const answer = await fetch(url + path);
    expect(await answer.text()).toBe(text);
    const policy = answer.headers.get("content-security-policy");
    expect(policy).toContain("default-src 'self';");
    expect(policy).not.toContain("unsafe");
  }
  const others = [
    "/docs/none.html",
    "/docs//evil.example/",
    "/docs/..%2foutside.txt",
    "/docsx",
    "/docs/reference",
  ];
  for (const path of others) expect([path, await statusOf(port, "GET", path, {})]).toEqual([path, 404]);
  expect(await statusOf(port, "POST", "/docs/", {})).toBe(405);
  expect(await statusOf(port, "GET", "/docs/", { host: "evil.example" })).toBe(421);
});

it("has no docs if none are configured", async () => {
  const { port } = await pages();
  for (const path of ["/docs", "/docs/", "/docs/index.html"])
    expect(await statusOf(port, "GET", path, {})).toBe(404);
});

it("lets pages of this machine frame the viewer's page, and no page of any host another page", async () => {
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
])("answers 404 for %j, which names no page", async (path) => {
  const { port } = await pages();
  expect([404, 400]).toContain(await statusOf(port, "GET", path, {}));
});

it.each(["GET", "HEAD", "POST", "OPTIONS"])("refuses %s of other hosts and other sites", async (method) => {
  const { port } = await pages();
  for (const path of ["/", "/config.json", "/dev/token?user=ana&role=creator", "/dev/anything"]) {
    expect(await statusOf(port, method, path, { host: "evil.example" })).toBe(421);
    expect(await statusOf(port, method, path, { origin: "https://evil.example" })).toBe(403);
    expect(await statusOf(port, method, path, { origin: "null" })).toBe(403);
  }
});

it("lets pages of this machine, on any port, read a token, and nothing else across origins", async () => {
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

it("signs a token for the named user, with an address, a language and a zone if they are given", async () => {
  const asked: unknown[][] = [];
  const sign = async (...said: unknown[]) => {
    asked.push(said);
    return "a.b.c";
  };
  const { url } = await pages({ tokens: { sign } });
  const ask = async (more: string) => {
    const answer = await fetch(`${url}/dev/token?user=ana&role=creator${more}`);
    return [answer.status, await answer.json()];
  };
  expect(await ask("")).toEqual([200, { token: "a.b.c" }]);
  expect(await ask("&email=me@shop.example&lang=ja&zone=Asia/Tokyo")).toEqual([200, { token: "a.b.c" }]);
  const contact = { email: "me@shop.example", lang: "ja", zone: "Asia/Tokyo" };
  expect(asked).toEqual([
    ["ana", "creator", {}],
    ["ana", "creator", contact],
  ]);
  for (const [more, field] of [
    ["&email=nobody", "email"],
    ["&lang=fr", "lang"],
    ["&zone=AEST", "zone"],
    ["&zone=", "zone"],
  ])
    expect([more, await ask(more!)]).toMatchObject([more, [400, { error: { field } }]]);
  expect(asked).toHaveLength(2);
});

describe("over the line", () => {
  /** A script as a build writes it, and a picture. */
  async function scripts() {
    const served = await pages();
    const script = "export const said = 'the same words again';\n".repeat(200);
    await writeFile(join(served.folder, "assets", "words-3c4d.js"), script);
    await writeFile(join(served.folder, "index.html"), `<p>${"start ".repeat(200)}</p>`);
    await writeFile(join(served.folder, "assets", "mask-5e6f.png"), Buffer.alloc(4096, 7));
    return { ...served, script };
  }

  /** The bytes as they come, unlike those of `fetch`. */
  const raw = (port: number, path: string, headers: Record<string, string> = {}, method = "GET") =>
    new Promise<{ status: number; headers: IncomingMessage["headers"]; body: Buffer }>((resolve, reject) => {
      const sent = request({ port, host: "127.0.0.1", path, headers, method }, async (response) => {
        const parts: Buffer[] = [];
        for await (const part of response) parts.push(part as Buffer);
        resolve({ status: response.statusCode!, headers: response.headers, body: Buffer.concat(parts) });
      });
      sent.on("error", reject).end();
    });

  it.each([
    ["br", "gzip, deflate, br, zstd", brotliDecompressSync],
    ["gzip", "gzip;q=1.0, br;q=0", gunzipSync],
  ])("compresses text with %s for a caller that accepts %j", async (encoding, accepted, read) => {
    const { port, script } = await scripts();
    const answer = await raw(port, "/assets/words-3c4d.js", { "accept-encoding": accepted });
    expect(answer.headers).toMatchObject({ "content-encoding": encoding, vary: "accept-encoding" });
    expect(Number(answer.headers["content-length"])).toBe(answer.body.length);
    expect(answer.body.length).toBeLessThan(script.length / 20);
    expect(read(answer.body).toString()).toBe(script);
    const head = await raw(port, "/assets/words-3c4d.js", { "accept-encoding": accepted }, "HEAD");
    expect([head.headers["content-length"], head.body.length]).toEqual([answer.headers["content-length"], 0]);
  });

  it.each([undefined, "identity", "br;q=0, gzip;q=0.000", "x-br"])(
    "sends text uncompressed to a caller that accepts %j",
    async (accepted) => {
      const { port, script } = await scripts();
      const headers = accepted === undefined ? {} : { "accept-encoding": accepted };
      const answer = await raw(port, "/assets/words-3c4d.js", headers);
      expect([answer.headers["content-encoding"], answer.body.toString()]).toEqual([undefined, script]);
      expect(answer.headers.vary).toBe("accept-encoding");
    },
  );

  it("leaves pictures as they are", async () => {
    const { port } = await scripts();
    const { headers, body } = await raw(port, "/assets/mask-5e6f.png", { "accept-encoding": "br" });
    expect([headers["content-encoding"], headers.vary, body.length]).toEqual([undefined, undefined, 4096]);
  });

  it("sends a page once, and again after a new build", async () => {
    const { port, folder } = await scripts();
    const accepted = { "accept-encoding": "br" };
    const first = await raw(port, "/", accepted);
    const { etag } = first.headers as { etag: string };
    expect([first.status, first.headers["cache-control"]]).toEqual([200, "no-cache"]);
    for (const had of [etag, `W/${etag}`, `"other", ${etag}`, "*"]) {
      const again = await raw(port, "/", { ...accepted, "if-none-match": had });
      expect([again.status, again.body.length, again.headers.etag]).toEqual([304, 0, etag]);
    }
    // Other bytes have another tag.
    expect((await raw(port, "/", { "if-none-match": etag })).status).toBe(200);
    await writeFile(join(folder, "index.html"), `<p>${"anew ".repeat(200)}</p>`);
    const anew = await raw(port, "/", { ...accepted, "if-none-match": etag });
    expect([anew.status, brotliDecompressSync(anew.body).toString().slice(0, 8)]).toEqual([200, "<p>anew "]);
  });

  it("marks the first page of a theatre, and compresses and caches it like any other", async () => {
    const { port, folder } = await pages({ theatre: {} as NonNullable<PageRoutes["theatre"]> });
    const page = `<html lang="en">${"<p>a theatre</p>".repeat(100)}`;
    await writeFile(join(folder, "index.html"), page);
    await writeFile(join(folder, "viewer.html"), page);
    for (const path of ["/", "/index.html"]) {
      const first = await raw(port, path, { "accept-encoding": "br" });
      expect(first.headers).toMatchObject({ "content-encoding": "br", "cache-control": "no-cache" });
      const marked = page.replace("<html ", "<html data-theatre ");
      expect(brotliDecompressSync(first.body).toString()).toBe(marked);
      const again = await raw(port, path, {
        "accept-encoding": "br",
        "if-none-match": first.headers.etag!,
      });
      expect([again.status, again.body.length]).toEqual([304, 0]);
      const head = await raw(port, path, {}, "HEAD");
      expect([head.headers["content-length"], head.body.length]).toEqual([String(marked.length), 0]);
    }
    expect((await raw(port, "/viewer.html")).body.toString()).toBe(page);
  });

  it("keeps no more in memory than its limit, and still serves everything", async () => {
    const kept = keepFiles({ mostBytes: 3_000 });
    const { folder } = await scripts();
    const sent: (string | undefined)[] = [];
    for (let turn = 0; turn < 12; turn++) {
      const path = join(folder, `turn-${turn % 4}.txt`);
      await writeFile(path, String(turn % 4).repeat(1_000));
      const file = await open(path);
      sent.push((await kept.read(path, file, "identity"))?.bytes.toString("utf8", 0, 1));
      await file.close();
    }
    expect(sent.join("")).toBe("012301230123");
    expect(kept.bytes()).toBe(3_000);
  });

  it("does not count a file that was dropped while it was being compressed", async () => {
    const kept = keepFiles({ mostBytes: 3_000 });
    const { folder } = await scripts();
    const reading = async (name: string, text: string, encoding: "br" | "identity") => {
      const path = join(folder, name);
      await writeFile(path, text);
      const file = await open(path);
      return kept.read(path, file, encoding).finally(() => file.close());
    };
    const slow = reading("slow.txt", randomBytes(200_000).toString("hex"), "br");
    for (let n = 0; n < 8; n++) await reading(`${n}.txt`, "x".repeat(1_000), "identity");
    await slow;
    expect(kept.bytes()).toBe(3_000);
  });
});

it.skipIf(process.platform === "win32")(
  "continues when a file cannot be opened, and when a client leaves in the middle of one",
  async () => {
    const { url, port, folder } = await pages();
    const printed: unknown[] = [];
    const { error } = console;
    console.error = (...said) => printed.push(...said);
    try {
      // Opening it fails as if no file descriptor is left: with an unexpected error.
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
