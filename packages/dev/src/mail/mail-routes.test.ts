import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createSes, listenSmtp, memoryStore, systemClock } from "@callboard/aws-local";
import { expect, it, onTestFinished } from "vitest";
import type { PageRoutes } from "../page-routes.ts";
import { createPageServer } from "../page-server.ts";
import { mailPage } from "./mail-page.ts";

/** The pages of one machine, with a mailbox that receives real mails. */
async function stage(
  routes: Partial<PageRoutes> = { theatre: {} as NonNullable<PageRoutes["theatre"]> },
  mailServer?: string,
) {
  const folder = await mkdtemp(join(tmpdir(), "mail-pages-"));
  await writeFile(join(folder, "index.html"), '<html lang="en"><p>first</p>');
  const ses = createSes({ clock: systemClock, store: memoryStore() });
  const smtp = await listenSmtp(ses, 0);
  const { url, close } = await createPageServer({
    port: 0,
    folder,
    mailServer,
    routes: () => ({ config: {}, mail: ses, ...routes }) as unknown as PageRoutes,
    origins: () => ({ socket: "ws://127.0.0.1:1", http: "http://127.0.0.1:1", files: "http://127.0.0.1:2" }),
  });
  onTestFinished(async () => {
    await Promise.all([close(), smtp.close(), ses.close()]);
  });
  /** Sends a mail of several parts to Ana. */
  const send = (...parts: string[]) => {
    const lines = [
      "Subject: Which title?",
      'Content-Type: multipart/related; boundary="x"',
      "",
      ...parts.flatMap((part) => ["--x", part]),
      "--x--",
    ];
    return ses.sendRaw(Buffer.from(lines.join("\r\n")), {
      from: "desk@example.com",
      to: ["ana@example.com"],
    });
  };
  const json = async (path: string) => (await fetch(url + path)).json() as Promise<Record<string, unknown>[]>;
  return { url, send, ses, json };
}

const text = "Content-Type: text/plain\r\n\r\nWhich title?";
const html = (body: string) => `Content-Type: text/html\r\n\r\n${body}`;
const file = (type: string, id: string, content: string) =>
  `Content-Type: ${type}\r\nContent-ID: <${id}>\r\n\r\n${content}`;

it("lists the mails, the newest last, and those after a given one", async () => {
  const { send, json } = await stage();
  expect(await json("/dev/mail")).toEqual([]);
  const first = await send(text);
  const second = await send(html("<p>Hello</p>"));
  const mails = await json("/dev/mail");
  expect(mails).toMatchObject([
    { id: first, to: "ana@example.com", subject: "Which title?", html: "", at: expect.any(Number) },
    { id: second, to: "ana@example.com", html: expect.stringContaining("<p>Hello</p>") },
  ]);
  expect(mails[0]!.text).toContain("Which title?");
  expect((await json(`/dev/mail?after=${first}`)).map(({ id }) => id)).toEqual([second]);
  expect(await json(`/dev/mail?after=${second}`)).toEqual([]);
});

it("shows a mail as a page that runs nothing, with its pictures, whose links open a tab", async () => {
  const { url, send } = await stage();
  const svg = '<svg xmlns="http://www.w3.org/2000/svg"/>';
  const body = `<html><head></head><body><img src="cid:logo"><img src='cid:logo%2Bfoot@x'></body></html>`;
  const id = await send(
    html(body),
    file("image/svg+xml", "logo", svg),
    file("image/png", "logo+foot@x", "p"),
  );
  const page = await fetch(`${url}/dev/mail/${id}`);
  const policy = page.headers.get("content-security-policy")!;
  expect(policy).toContain("sandbox ");
  expect(policy).not.toContain("allow-scripts");
  expect(policy).not.toContain("allow-same-origin");
  expect(policy).toContain("frame-ancestors 'self'");
  expect(page.headers.get("x-frame-options")).toBe("SAMEORIGIN");
  const shown = await page.text();
  expect(shown).toContain('<head><base target="_blank">');
  const addresses = [...shown.matchAll(/src=["']([^"']+)/g)].map(([, address]) => address!);
  expect(addresses).toEqual([`/dev/mail/${id}/logo`, `/dev/mail/${id}/logo%2Bfoot%40x`]);
  const [picture, other] = await Promise.all(addresses.map((address) => fetch(url + address)));
  expect((await picture!.text()).trim()).toBe(svg);
  expect(picture!.headers.get("content-type")).toBe("image/svg+xml");
  // A picture that is opened alone runs nothing either.
  expect(picture!.headers.get("content-security-policy")).toBe(policy);
  expect(other!.headers.get("content-type")).toBe("image/png");
});

it("serves a file that is not a picture only as a download, whatever its type", async () => {
  const { url, send } = await stage();
  const type = "text/html\r\nContent-Disposition: attachment";
  const id = await send(html("<p>see</p>"), file(type, "evil", "<script>alert(1)</script>"));
  for (const name of ["evil", "0"]) {
    const { headers } = await fetch(`${url}/dev/mail/${id}/${name}`);
    expect(headers.get("content-type")).toBe("application/octet-stream");
    expect(headers.get("content-disposition")).toBe("attachment");
    expect(headers.get("x-content-type-options")).toBe("nosniff");
  }
});

it.each(["/dev/mail/none", "/dev/mail/none/logo", "/dev/mail/%ff", "/dev/mail/"])(
  "has nothing at %s",
  async (path) => {
    const { url } = await stage();
    expect((await fetch(url + path)).status).toBe(404);
  },
);

it("lets its own page and programs make sending fail, but no page of another origin", async () => {
  const { url, send, json } = await stage();
  const fail = (query: string, headers: Record<string, string>) =>
    fetch(`${url}/dev/mail/fail?${query}`, { method: "POST", headers }).then(({ status }) => status);
  const own = { "x-callboard-theatre": "1" };
  expect(await fail("how=throttle", {})).toBe(403);
  expect(await fail("how=throttle", { ...own, origin: "http://localhost:5173" })).toBe(403);
  for (const query of ["", "how=explode", "how=slow&ms=0", "how=throttle&times=many"])
    expect([query, await fail(query, own)]).toEqual([query, 400]);
  await send(text);
  expect(await fail("how=throttle&times=1", { ...own, origin: url })).toBe(200);
  await expect(send(text)).rejects.toMatchObject({ name: "TooManyRequestsException" });
  await send(text);
  expect(await fail("how=break", own)).toBe(200);
  await expect(send(text)).rejects.toMatchObject({ status: 500 });
  expect(await fail("how=none", own)).toBe(200);
  await send(text);
  expect(await json("/dev/mail")).toHaveLength(3);
});

it("has the page of the mailbox only if this machine issues tokens", async () => {
  const { url } = await stage();
  const page = await fetch(`${url}/mail.html`);
  expect([page.status, await page.text()]).toEqual([200, '<html data-mailbox lang="en"><p>first</p>']);
  expect(await (await fetch(url)).text()).toContain("data-theatre");
  const elsewhere = await stage(undefined, "[::1]:1025");
  const told = await (await fetch(`${elsewhere.url}/mail.html`)).text();
  expect(told).toBe('<html data-mailbox="[::1]:1025" lang="en"><p>first</p>');
  const signedIn = await stage({});
  expect((await fetch(`${signedIn.url}/mail.html`)).status).toBe(404);
  expect((await fetch(`${signedIn.url}/dev/mail`)).status).toBe(200);
});

it("refuses the pages of other sites, and host names that were rebound to this machine", async () => {
  const { url, send } = await stage();
  const id = await send(html("<p>secret</p>"));
  for (const path of ["/dev/mail", `/dev/mail/${id}`, "/mail.html"]) {
    const answer = await fetch(url + path, { headers: { origin: "https://evil.example" } });
    expect([path, answer.status]).toEqual([path, 403]);
  }
  const near = await fetch(`${url}/dev/mail`, { headers: { origin: "http://localhost:5173" } });
  expect(near.headers.get("access-control-allow-origin")).toBeNull();
});

const page = (source: string, ...ids: string[]) =>
  mailPage({ html: source } as never, (id) => (ids.includes(id) ? `/${id}` : undefined));

// https://github.com/axllent/mailpit/issues/96
it("distinguishes content ids when one is a prefix of the other", () => {
  const shown = page('<img src="cid:logo"><img src="cid:logofooter">', "logo", "logofooter");
  expect(shown).toContain('<img src="/logo"><img src="/logofooter">');
});

it.each([
  ["<p style='background:url(cid:a@b)'>", "url(/a@b)"],
  ['<img src="CID:a%40b">', 'src="/a@b"'],
  ['<img src="cid:gone">', 'src="cid:gone"'],
  ["<img src=cid:a@b>", "src=/a@b>"],
  ['<img src="cid:%zz">', 'src="cid:%zz"'],
])("finds the pictures of %s", (source, shown) => {
  expect(page(source, "a@b")).toContain(shown);
});

it.each([
  ["<p>a</p>", '<base target="_blank"><p>a</p>'],
  [
    "<!doctype html><html lang=en><head><title>t</title>",
    '<!doctype html><html lang=en><head><base target="_blank"><title>t</title>',
  ],
  ["\n<!DOCTYPE html>\n<html><body>", '\n<!DOCTYPE html>\n<html><base target="_blank"><body>'],
])("makes links open a tab, and keeps the mail's own layout mode, in %j", (source, shown) => {
  expect(page(source)).toBe(shown);
});
