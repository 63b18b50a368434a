import { isIP } from "node:net";
import fc from "fast-check";
import { expect, it } from "vitest";
import { isPublicAddress } from "./public-address.ts";

it.each([
  "1.1.1.1",
  "8.8.8.8",
  "52.94.236.248",
  "100.63.255.255",
  "100.128.0.1",
  "172.15.255.255",
  "172.32.0.1",
  "192.0.1.1",
  "198.17.255.255",
  "198.20.0.1",
  "223.255.255.255",
  "2606:4700:4700::1111",
  "2a05:d018::1",
  "2400:CB00:2048:0001:0000:0000:6810:0001",
  // A network without IPv4 of its own reaches a public address in this way.
  "64:ff9b::8.8.8.8",
])("lets in %s", (address) => {
  expect(isPublicAddress(address)).toBe(true);
});

it.each([
  ["this machine", ["127.0.0.1", "127.255.255.254", "::1", "0.0.0.0", "0.1.2.3", "::"]],
  [
    "a network of one's own",
    ["10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "fc00::1", "fd12:3456::1"],
  ],
  ["its neighbours", ["169.254.1.1", "fe80::1", "febf::1", "fe80::1%eth0", "fec0::1"]],
  [
    "the metadata of a cloud",
    ["169.254.169.254", "169.254.170.2", "fd00:ec2::254", "fd00:ec2::23", "fd20:ce::254"],
  ],
  ["more of them: Alibaba's, Oracle's", ["100.100.100.200", "192.0.0.192"]],
  ["a provider's network", ["100.64.0.1", "100.127.255.255", "192.0.0.1"]],
  ["a group or everybody", ["224.0.0.1", "239.255.255.255", "255.255.255.255", "ff02::1", "ff0e::1"]],
  [
    "what is reserved",
    [
      "240.0.0.1",
      "254.1.1.1",
      "198.18.0.1",
      "198.19.255.255",
      "192.88.99.1",
      "100::1",
      "5f00::1",
      "4000::1",
      "200::1",
    ],
  ],
  ["an example", ["192.0.2.1", "198.51.100.1", "203.0.113.1", "2001:db8::1", "3fff::1"]],
  [
    "a protocol's own",
    [
      "2001::1",
      "2001:2::1",
      "2001:10::1",
      "2001:20::1",
      "2001:1ff:ffff::1",
      "192.31.196.1",
      "2620:4f:8000::1",
    ],
  ],
  [
    "IPv4 mapped",
    ["::ffff:127.0.0.1", "::ffff:7f00:1", "::FFFF:A9FE:A9FE", "0:0:0:0:0:ffff:10.0.0.1", "::ffff:8.8.8.8"],
  ],
  ["IPv4 translated", ["::ffff:0:127.0.0.1", "::ffff:0:a9fe:a9fe"]],
  ["IPv4 compatible", ["::127.0.0.1", "::7f00:1", "::169.254.169.254", "::a9fe:a9fe", "::8.8.8.8"]],
  [
    "NAT64",
    [
      "64:ff9b::127.0.0.1",
      "64:ff9b::a9fe:a9fe",
      "64:ff9b::10.0.0.1",
      "64:ff9b:1::8.8.8.8",
      "64:ff9b:1::a9fe:a9fe",
    ],
  ],
  ["6to4", ["2002:7f00:1::", "2002:a9fe:a9fe::1", "2002:c0a8:101::1", "2002:808:808::1"]],
  ["Teredo", ["2001:0:4136:e378:8000:63bf:3fff:fdd2", "2001:0:a9fe:a9fe::", "2001::80ff:fefe"]],
  ["ISATAP", ["2606:4700::5efe:10.0.0.1", "2606:4700::200:5efe:a9fe:a9fe"]],
  [
    "no address",
    [
      "",
      " ",
      "hooks.example",
      "1.1.1.1:443",
      "[2606:4700::1]",
      "2606:4700::1/64",
      "2606:4700::1%eth0",
      "1.1.1.1, 8.8.8.8",
    ],
  ],
])("does not let in %s", (_, addresses) => {
  for (const address of addresses) expect([address, isPublicAddress(address)]).toEqual([address, false]);
});

// https://github.com/indutny/node-ip/issues/150 (CVE-2024-29415), 160 and 162; `isPublic` of that library lets each in.
it.each([
  "127.1",
  "0x7f.1",
  "127.0.1",
  "127.00.0x1",
  "0177.0.0.1",
  "017700000001",
  "2130706433",
  "0x7f000001",
  "0",
  "012.1.2.3",
  "fe80::0001",
  "000:0:0000::01",
  "::fFFf:127.0.0.1",
])("reads %s correctly", (address) => {
  expect(isPublicAddress(address)).toBe(false);
});

it("treats an IPv4 address the same in each IPv6 form that can contain it: never as public, except by NAT64", () => {
  fc.assert(
    fc.property(fc.ipV4(), (v4) => {
      const [a, b, c, d] = v4.split(".").map(Number) as [number, number, number, number];
      const hex = `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
      for (const form of [
        `::ffff:${v4}`,
        `::ffff:${hex}`,
        `::${hex}`,
        `::ffff:0:${hex}`,
        `2002:${hex}::1`,
        `64:ff9b:1::${hex}`,
      ]) {
        expect(isIP(form)).toBe(6);
        expect([form, isPublicAddress(form)]).toEqual([form, false]);
      }
      expect(isPublicAddress(`64:ff9b::${hex}`)).toBe(isPublicAddress(v4));
    }),
  );
});
