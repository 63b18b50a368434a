import { expect, it } from "vitest";
import { decodeText } from "./decode.ts";

const inHex = (hex: string) => new Uint8Array(Buffer.from(hex, "hex"));
const latin1 = (text: string) => new Uint8Array(Buffer.from(text, "latin1"));

it.each([
  [
    "shift_jis",
    "82b182f182c982bf82cd8141955c82cc90e096be82c6cadfdcb0945c97cd82c582b78142",
    "こんにちは、表の説明とﾊﾟﾜｰ能力です。",
  ],
  ["shift_jis", "b6ddc0ddc520bec2d2b220c3debd", "ｶﾝﾀﾝﾅ ｾﾂﾒｲ ﾃﾞｽ"],
  [
    "euc-jp",
    "a4b3a4f3a4cba4c1a4cfa1a2c9bda4cec0e2ccc0a4c88eca8edf8edc8eb0c7bdcecfa4c7a4b9a1a3",
    "こんにちは、表の説明とﾊﾟﾜｰ能力です。",
  ],
  ["iso-2022-jp", "1b244234413b7a244e40624c402447243921231b2842", "漢字の説明です。"],
  [
    "euc-kr",
    "bec8b3e7c7cfbcbcbfe42c20c8b8c0c7b8a620bdc3c0dbc7d5b4cfb4d92e",
    "안녕하세요, 회의를 시작합니다.",
  ],
  ["gb18030", "ced2c3c7d4dad5e2c0efccd6c2dbd2bbcfc2d5e2b8f6cecacce2a1a3", "我们在这里讨论一下这个问题。"],
  ["big5", "a7daadcca662b36fb8ccb051bdd7a440a455b36fadd3b0ddc344a143", "我們在這裡討論一下這個問題。"],
] as const)("reads the older encoding %s", (encoding, hex, text) => {
  const times = "1\n00:00:01,000 --> 00:00:02,900\n";
  const bytes = new Uint8Array([...latin1(times), ...inHex(hex)]);
  expect(decodeText(bytes)).toEqual({ encoding, text: times + text });
});

it("reads Shift_JIS that was cut off within a letter", () => {
  expect(decodeText(inHex("82b182f182c982bf82cd82")).text).toMatch(/^こんにちは/);
});

it("reads Japanese in UTF-16 without a byte order mark", () => {
  const text = "1\n00:00:01,000 --> 00:00:02,900\nそれでは、台所から始めましょう。\n";
  expect(decodeText(new Uint8Array(Buffer.from(text, "utf16le")))).toEqual({ encoding: "utf-16le", text });
});

it.each(["Die Stra\xdfe \xfcber den Flu\xdf: \xc4rger.", "chào \xe0 la carte, d\xe9j\xe0 vu", "\xc4hnlich"])(
  "does not take Western accents for East Asian letters: %s",
  (text) => {
    expect(decodeText(latin1(text))).toEqual({ encoding: "windows-1252", text });
  },
);
