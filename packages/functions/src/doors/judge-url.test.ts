import { expect, it } from "vitest";
import { guardedFetch } from "./guarded-fetch.ts";

const HERE = "127.0.0.1";
const METADATA = "169.254.169.254";

/** Why nothing is fetched there by somebody who may reach only the public internet. */
async function reasonFor(url: string, addresses: readonly string[] = []) {
  const fetched = await guardedFetch({ resolve: async () => addresses, timeoutMs: 5000 })(url, {
    method: "POST",
    mostBytes: 0,
  });
  return fetched.outcome === "forbidden" ? fetched.reason : fetched;
}
const notPublic = "its address is not one of the public internet";
const noPublicName = "its name is not of the public internet";

it.each([
  ["one that is not public beside one that is", ["1.1.1.1", "10.0.0.1"]],
  ["one that is not public after many that are", [...Array(20).fill("1.1.1.1"), "::1"]],
  ["a loopback address of the other kind", ["1.1.1.1", "::1"]],
  ["an address that is mapped", ["::ffff:127.0.0.1"]],
  ["an address that is not an address", ["1.1.1.1", "127.1"]],
  ["the metadata", [METADATA]],
  ["the metadata by IPv6", ["fd00:ec2::254"]],
])("does not connect if a name has %s", async (_, addresses) => {
  expect(await reasonFor("https://hooks.example/", addresses)).toBe(notPublic);
});

it.each([
  "https://127.0.0.1/",
  "https://127.0.0.1./",
  "https://127.1/",
  "https://127.0.1/",
  "https://2130706433/",
  "https://0x7f000001/",
  "https://0x7f.1/",
  "https://0177.0.0.1/",
  "https://017700000001/",
  "https://0/",
  "https://0.0.0.0:8443/",
  "https://127.00.0x1/",
  "https://１２７.０.０.１/",
  "https://①②⑦.⓪.⓪.①/",
  "https://127。0。0。1/",
  "https://%31%32%37.0.0.1/",
  "https://169.254.169.254/latest/meta-data/",
  "https://2852039166/latest/meta-data/",
  "https://0xA9FEA9FE/",
  "https://0251.0376.0251.0376/",
  "https://[::1]/",
  "https://[0:0:0:0:0:0:0:1]/",
  "https://[::]/",
  "https://[::ffff:127.0.0.1]/",
  "https://[::ffff:7f00:1]/",
  "https://[0:0:0:0:0:FFFF:A9FE:A9FE]/",
  "https://[::127.0.0.1]/",
  "https://[::a9fe:a9fe]/",
  "https://[64:ff9b::a9fe:a9fe]/",
  "https://[64:ff9b:1::a9fe:a9fe]/",
  "https://[2002:a9fe:a9fe::1]/",
  "https://[2001:0:a9fe:a9fe::]/",
  "https://[fd00:ec2::254]/",
  "https://[fe80::1]/",
  "https://[ff02::1]/",
])("does not connect to %s", async (url) => {
  const names: string[] = [];
  const resolve = async (name: string) => {
    names.push(name);
    return [];
  };
  const fetched = await guardedFetch({ resolve })(url, { method: "GET", mostBytes: 0 });
  expect(fetched).toEqual({ outcome: "forbidden", reason: notPublic });
  expect(names).toEqual([]);
});

it.each([
  ["https://localhost/", noPublicName],
  ["https://localhost./", noPublicName],
  ["https://LOCALHOST:8443/", noPublicName],
  ["https://foo.localhost/", noPublicName],
  ["https://printer.local/", noPublicName],
  ["https://printer.local./", noPublicName],
  ["https://metadata.google.internal/", noPublicName],
  ["https://ip-10-0-0-1.eu-west-1.compute.internal/", noPublicName],
  ["https://router.home.arpa/", noPublicName],
  ["https://intranet/", noPublicName],
  ["https://metadata/", noPublicName],
  ["https://a..example/", noPublicName],
  ["https://.example/", noPublicName],
  ["https://hooks.example../", noPublicName],
  [`https://${"a".repeat(64)}.example/`, noPublicName],
  [`https://${"a.".repeat(130)}example/`, noPublicName],
  ["https://ana@hooks.example/", "its address contains a user name or a password"],
  ["https://ana:secret@hooks.example/", "its address contains a user name or a password"],
  ["https://hooks.example@127.0.0.1/", "its address contains a user name or a password"],
  ["https://hooks.example:443@169.254.169.254/", "its address contains a user name or a password"],
  ["https://127.0.0.1#@hooks.example/", notPublic],
  ["https://127.0.0.1\\@hooks.example/", notPublic],
  ["https://127.0.0.1?@hooks.example/", notPublic],
  ["http://hooks.example/", "its address does not begin with https:"],
  ["ftp://hooks.example/", "its address does not begin with https:"],
  ["file:///etc/passwd", "its address does not begin with https:"],
  ["gopher://hooks.example/_GET", "its address does not begin with https:"],
  ["data:text/plain,hello", "its address does not begin with https:"],
  ["hooks.example", "its address is not a URL"],
  ["//hooks.example/", "its address is not a URL"],
  ["https://", "its address is not a URL"],
  ["https://hooks.example:99999/", "its address is not a URL"],
  ["https://hooks.example%00.internal/", "its address is not a URL"],
  ["https://[::1%25eth0]/", "its address is not a URL"],
  ["https://256.256.256.256/", "its address is not a URL"],
  ["https://1.2.3.4.5/", "its address is not a URL"],
  ["https://hooks.example:80/", "its port is neither 443 nor one from 1024 on"],
  ["https://hooks.example:25/", "its port is neither 443 nor one from 1024 on"],
  ["https://hooks.example:465/", "its port is neither 443 nor one from 1024 on"],
  ["https://hooks.example:0/", "its port is neither 443 nor one from 1024 on"],
  [`https://hooks.example/${"a".repeat(2048)}`, "its address is longer than 2048 characters"],
])("sends no request to %s", async (url, reason) => {
  expect(await reasonFor(url, ["1.1.1.1"])).toBe(reason);
});

// Addresses that other projects let through, with the report of each.
it.each([
  ["gitea: CVE-2018-15192, go-gitea/gitea#4624", "https://localhost:19999/"],
  ["gitea: CVE-2026-22874, golang/vulndb#6030", "https://100.100.100.200/"],
  ["mastodon: GHSA-vwhj-3g83-v276", "https://[::127.0.0.1]/"],
  ["n8n-mcp: GHSA-56c3-vfp2-5qqj", "https://[::ffff:169.254.169.254]/"],
  ["documenso/documenso#2901", "https://[::ffff:7f00:1]/"],
  ["OneUptime/oneuptime#2578", "https://[::ffff:10.0.0.1]/"],
  ["useplunk/plunk#449", "https://[0:0:0:0:0:ffff:169.254.169.254]/"],
  ["useplunk/plunk#449", "https://[2001:0000:4136:e378:8000:63bf:3fff:fdd2]/"],
  ["nuxt-modules/og-image#621", "https://[2002:c0a8::1]/"],
  ["Countly/countly-server#7959", "https://[64:ff9b:1::a9fe:a9fe]/"],
  ["whitequark/ipaddr.js#203", "https://[::a00:1]/"],
  ["Skyvern-AI/skyvern#5920", "https://[::1]/admin"],
  ["formbricks/hub#129", "https://0.1.2.3/"],
  ["indutny/node-ip#160", "https://0:3000/admin"],
  ["indutny/node-ip#162", "https://017700000001:3000/admin"],
])("sends no request where another project did: %s", async (_, url) => {
  expect([notPublic, noPublicName]).toContain(await reasonFor(url, [HERE]));
});

// https://github.com/imuniqueshiv/MeetOnMemory/issues/427
it("sends no request to a public name of an address that is not public: 127.0.0.1.nip.io", async () => {
  expect(await reasonFor("https://127.0.0.1.nip.io/", [HERE])).toBe(notPublic);
});
