import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { contactOf, readAddress, readLanguage, readZone } from "./contact.ts";

const verified = { email: "Ana.Lima@Shop.Example", email_verified: true };

describe("what a token says about reaching its user", () => {
  it("is an address that the issuer has verified, a language and a time zone", () => {
    expect(contactOf({ ...verified, locale: "ja-JP", zoneinfo: "Asia/Tokyo", sub: "ana" })).toEqual({
      address: "Ana.Lima@shop.example",
      lang: "ja",
      zone: "Asia/Tokyo",
    });
  });

  it("is undefined without claims, and empty with invalid claims", () => {
    expect(contactOf({ sub: "ana", email_verified: true, name: "Ana" })).toBeUndefined();
    expect(contactOf({ email: "ana@shop.example" })).toEqual({});
  });

  // Some issuers write "true", 1 or nothing at all (coder/coder 3957, rommapp/romm 1450).
  it.each([undefined, false, "true", "false", 1, null])(
    "is not an address with email_verified: %j",
    (said) => {
      expect(contactOf({ email: "ana@shop.example", email_verified: said })).toEqual({});
    },
  );

  it("never fails, whatever the claims contain", () => {
    const claims = fc.record({ email: fc.anything(), locale: fc.anything(), zoneinfo: fc.anything() });
    fc.assert(
      fc.property(claims, (all) => {
        const contact = contactOf({ ...all, email_verified: true });
        for (const value of Object.values(contact ?? {})) expect(typeof value).toBe("string");
      }),
    );
  });
});

describe("an address", () => {
  it.each([
    "a@b.co",
    "o'hara+callboard@shop.example",
    "first.last@sub.shop.example",
    "a_b-c@xn--r8jz45g.jp",
    // Others refuse a name in the letters of DNS (K-and-R/email_validator 87, mail-in-a-box/mailinabox 1214).
    "test@xn--umlut-ira.com",
    "a@xn--sw8hj0a.ws",
    `${"a".repeat(64)}@shop.example`,
    `${"a".repeat(64)}@${"b".repeat(63)}.${"c".repeat(63)}.${"d".repeat(61)}`,
    "a@shop.12.example",
    "a@shop.1st",
    "a@shop.web3",
  ])("is %s", (text) => {
    expect(readAddress(text)).toBe(text);
  });

  it.each([
    ["without an at", "ana"],
    ["that is a domain", "shop.example"],
    ["without a name", "@shop.example"],
    ["without a domain", "ana@"],
    ["of a machine", "ana@localhost"],
    ["of a number", "ana@127.0.0.1"],
    ["of a domain that ends with a number", "ana@shop.12"],
    ["of a literal", "ana@[127.0.0.1]"],
    ["with a name around it", "Ana <ana@shop.example>"],
    ["of two", "ana@shop.example,eve@shop.example"],
    ["with two ats", "ana@eve@shop.example"],
    ["with a line break", "ana@shop.example\r\nBcc: eve@shop.example"],
    ["that ends with a line break", "ana@shop.example\n"],
    ["with a space", "ana lima@shop.example"],
    ["with quotes", '"ana lima"@shop.example'],
    ["with two dots, as carriers once gave out", "a..b@carrier.example"],
    ["with a dot before the at", "ab.@carrier.example"],
    ["with a hyphen at an end", "ana@-shop.example"],
    ["with an empty label", "ana@shop..example"],
    ["with letters beyond ASCII", "añа@shop.example"],
    ["of a domain beyond ASCII", "ana@例え.jp"],
    ["of a domain with a Kelvin sign, which becomes a small k (CVE-2019-19844)", "ana@\u212Aorp.example"],
    ["that ends with a letter that nobody sees (zulip/zulip 39118)", "ana@shop.example\u202c"],
    ["of a domain without a dot (luzlab/ajv-formats-draft2019 27)", "квіточка@поштаукр"],
    ["of a long name", `${"a".repeat(65)}@shop.example`],
    ["of 255 letters", `${"a".repeat(64)}@${"b".repeat(63)}.${"c".repeat(63)}.${"d".repeat(62)}`],
    ["of many letters", `ana@${"a.".repeat(130)}example`],
    ["that is a number", 7],
    ["null", null],
  ])("is refused: %s", (_what, text) => {
    expect(readAddress(text)).toBeUndefined();
  });

  it("is checked quickly, whatever its form", () => {
    const began = performance.now();
    for (const part of ["a", ".", "a.", "-", "!"]) readAddress(`${part.repeat(250 / part.length)}@`);
    expect(performance.now() - began).toBeLessThan(100);
  });
});

describe("a language", () => {
  it.each([
    ["ja", "ja"],
    ["ja-JP", "ja"],
    ["JA", "ja"],
    // Old issuers write an underscore (wso2/product-is 12166), and some machines add more.
    ["ja_JP", "ja"],
    ["en_US.UTF-8", "en"],
    ["en-Latn-GB-x-private", "en"],
    [`en-${"x".repeat(97)}`, "en"],
  ])("is taken from %s as %s", (tag, language) => {
    expect(readLanguage(tag)).toBe(language);
  });

  it.each(["", "fr_fr", "e", "english", "jav", "-ja", `en-${"x".repeat(98)}`, { en: true }, 7])(
    "is not found in %j",
    (tag) => {
      expect(readLanguage(tag)).toBeUndefined();
    },
  );
});

describe("a time zone", () => {
  it.each([
    ["Asia/Tokyo", "Asia/Tokyo"],
    ["asia/tokyo", "Asia/Tokyo"],
    ["UTC", "UTC"],
    ["GMT", "GMT"],
    ["America/Argentina/Buenos_Aires", "America/Argentina/Buenos_Aires"],
    ["Etc/GMT+9", "Etc/GMT+9"],
    // Machines disagree on which of the two names is the right one (nextcloud/server 41606).
    ["Asia/Kolkata", "Asia/Kolkata"],
  ])("is %s", (text, zone) => {
    expect(readZone(text)).toBe(zone);
    expect(readZone(text)).toBe(zone);
  });

  it("is kept by a former name", () => {
    expect(readZone("Asia/Calcutta")).toMatch(/^Asia\/(Calcutta|Kolkata)$/);
  });

  it.each([
    // What calendars, telephones and issuers have sent as one (calcom/cal.diy 559, iamkun/dayjs 2445,
    // uchicago/shibboleth-oidc 36, sheaf-project/sheaf 32).
    "Eastern Standard Time",
    "AEST",
    // Machines know some of these: BST is Bangladesh to them (adobe/react-spectrum 7065), EST has no daylight saving
    // time.
    "BST",
    "ist",
    "EST",
    "JST",
    "Europe/Berne",
    "+09:00",
    "+0900",
    "GMT+9",
    "Asia/Koltaka",
    "Pakistan",
    "",
    "undefined",
    "../Asia/Tokyo",
    "Asia/Tokyo\n",
    "A".repeat(61),
    null,
    7,
  ])("is not %j", (text) => {
    expect(readZone(text)).toBeUndefined();
  });
});
