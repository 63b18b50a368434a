import fc from "fast-check";
import { expect, it } from "vitest";
import { asciiAddress, mailboxHeader, readMailbox } from "./address.ts";

it.each([
  ["ana@example.com", "ana@example.com"],
  ["Ana.Souza+callboard@mail.example.co.jp", "Ana.Souza+callboard@mail.example.co.jp"],
  ["o'hara@example.com", "o'hara@example.com"],
  ["ana@日本語.example", "ana@xn--wgv71a119e.example"],
  ["ana@BÜCHER.example", "ana@xn--bcher-kva.example"],
  ["ana@xn--bcher-kva.example", "ana@xn--bcher-kva.example"],
  [`${"a".repeat(64)}@example.com`, `${"a".repeat(64)}@example.com`],
])("takes %s", (address, ascii) => {
  expect(asciiAddress(address)).toBe(ascii);
});

it.each([
  ["nothing", ""],
  ["no @", "ana.example.com"],
  ["no local part", "@example.com"],
  ["no domain", "ana@"],
  ["a domain of one label", "ana@localhost"],
  // https://github.com/nodemailer/nodemailer/issues/1766
  ["a local part in quotes that holds another address", '"xclow3n@gmail.com x"@internal.domain'],
  // https://github.com/nodemailer/nodemailer/issues/1102
  ["a local part in quotes", '"test@test.test"@example.com'],
  // https://github.com/stalwartlabs/mail-send/issues/42
  ["parameters of SMTP", '"foo@psres.net> ORCPT=admin@admin.com"@test.com'],
  ["two addresses", "ana@example.com,ben@example.com"],
  ["two addresses in a row", "ana@example.com ben@example.com"],
  ["two @", "ana@example.com@example.org"],
  ["a name", "Ana <ana@example.com>"],
  ["a line break", "ana@example.com\r\nBcc: ben@example.com"],
  ["a line break at its end", "ana@example.com\n"],
  ["NUL", "ana\0@example.com"],
  ["a space", "ana souza@example.com"],
  ["a comment", "ana(x)@example.com"],
  ["two dots in a row", "ana..souza@example.com"],
  ["a dot at the end of the local part", "ana.@example.com"],
  ["a dot at the end", "ana@example.com."],
  ["letters beyond ASCII in the local part", "añã@example.com"],
  ["an IP address", "ana@127.0.0.1"],
  ["an IP address that is written as a number", "ana@0x7f.1"],
  ["an IP literal", "ana@[127.0.0.1]"],
  ["what decodes to a delimiter", "ana@example%2ecom"],
  ["a port", "ana@example.com:25"],
  ["a label with a hyphen at its end", "ana@exa-.com"],
  ["a long label", `ana@${"a".repeat(64)}.com`],
  ["a long local part", `${"a".repeat(65)}@example.com`],
  ["a long address", `ana@${"abcdefgh.".repeat(30)}com`],
  ["a lone surrogate half", "ana@ex\ud800ample.com"],
])("refuses %s", (_, address) => {
  expect(asciiAddress(address)).toBeUndefined();
});

it("accepts nothing that needs more than one word in a header", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 40 }), (text) => {
      for (const address of [text, `${text}@example.com`, `ana@${text}`, `ana@${text}.com`])
        expect(asciiAddress(address) ?? "a@b.c").toMatch(/^[!-~]+@[a-z0-9.-]+$/);
    }),
  );
});

it("reads a sender with a name or without", () => {
  expect(readMailbox("board@example.com")).toEqual({ address: "board@example.com" });
  expect(readMailbox(' "Callboard, Inc." <board@example.com> ')).toEqual({
    name: "Callboard, Inc.",
    address: "board@example.com",
  });
  for (const bad of [
    "",
    "Callboard",
    "a <b> <c@example.com>",
    "a\nb <c@example.com>",
    "a@example.com, b@c.de",
    `${"a".repeat(101)} <a@example.com>`,
  ])
    expect(readMailbox(bad)).toBeUndefined();
});

it("writes a name beyond ASCII as encoded words that split no character and are short enough", () => {
  const name = `コールボード 🎭 ${"劇".repeat(30)}`;
  const header = mailboxHeader({ name, address: "board@example.com" });
  expect(header).toMatch(/^[\x20-\x7e]+ <board@example\.com>$/);
  const words = header.split(" ").slice(0, -1);
  for (const word of words) expect(word.length).toBeLessThanOrEqual(75);
  const decoded = words.map((word) =>
    Buffer.from(/^=\?UTF-8\?B\?(.+)\?=$/.exec(word)![1]!, "base64").toString(),
  );
  expect(decoded.join("")).toBe(name);
  expect(mailboxHeader({ name: 'The "board"', address: "a@b.cd" })).toBe('"The \\"board\\"" <a@b.cd>');
});
