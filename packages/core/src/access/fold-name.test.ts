import { expect, it } from "vitest";
import { wordsOf, wordsOfPerson } from "./fold-name.ts";

/** Whether a person is found by all the words of a search text. */
function isFound(person: { id: string; name: string }, typed: string): boolean {
  const words = wordsOfPerson(person);
  const starts = wordsOf(typed);
  return starts.length > 0 && starts.every((start) => words.some((word) => word.startsWith(start)));
}

it.each([
  ["José Ángel Núñez", ["jose", "NUÑ", "nunez ang", "Ángel"]],
  ["Søren Kierkegård", ["soren", "kierkegard", "SØR"]],
  ["Łukasz Żółć", ["lukasz", "zolc", "Żó"]],
  ["Weiß, Groß", ["weiss", "WEIß", "gros"]],
  ["İpek Işık", ["ipek", "İPEK", "ısık", "isik"]],
  ["Zoë O’Connor-Smith", ["zoe", "connor", "o smith"]],
  ["Νίκος Παπαδόπουλος", ["νικος", "ΠΑΠΑΔ", "παπαδόπουλος"]],
  ["Алёна Й. Чайковская", ["алена", "чайк", "АЛЁ"]],
  ["Hỏaqgīo", ["ho", "hoaqgio"]],
  ["Ça Sübe", ["ca", "ça", "C\u0327a", "su"]],
  ["Léo Dubois", ["Lé", "le", "léo dub", "leo d"]],
  ["Ḥayyim b. ʿAmmār al-Madīnī", ["h", "hayy", "madini", "ammar"]],
  ["Jokūbas Siân Fañch Mary-Jo", ["jokubas", "sian", "fanch", "jo", "mary"]],
  ["山田　花子", ["花", "山田　花"]],
  ["王小明", ["王", "小明", "明"]],
  ["佐藤ケンジ", ["佐藤", "ケンジ", "ｹﾝｼﾞ"]],
  ["さとうじゅん", ["さとう", "じゅん"]],
  ["山本ルーシー", ["山本", "ルーシー"]],
  ["山田 太郎", ["山田", "太", "郎"]],
  ["김민준", ["김", "기", "김민"]],
  ["محمد", ["محم", "مُحَمَّد"]],
  ["שָׁלוֹם", ["שלום", "של"]],
  ["अनीता शर्मा", ["अनी", "शर्मा"]],
  ["Nguyễn Văn Đức", ["nguyen", "duc", "Văn"]],
  ["Ａｎａ Ｌ", ["ana"]],
  ["ana.lopez", ["lopez", "ana.l"]],
  ["𝒜na", ["ana"]],
])("finds %s by %j", (name, typed) => {
  for (const text of typed) expect([text, isFound({ id: "x", name }, text)]).toEqual([text, true]);
});

it("finds nobody by the middle of a word, or by a text without letters", () => {
  for (const text of ["opez", "nn", "", " ", "--", "😀", "%", "*", "_"])
    expect([text, isFound({ id: "ana", name: "Ana López" }, text)]).toEqual([text, false]);
});

it("searches the id too, and cuts long words of names and of searches in the same way", () => {
  const person = { id: "0b3f5c1e-9a2b-4c1d-8e7f-001122334455", name: "A".repeat(100) };
  expect(isFound(person, "0b3f")).toBe(true);
  expect(isFound(person, "a".repeat(100))).toBe(true);
  expect(wordsOfPerson({ id: "x", name: "a b c d e f g h i j k l m n o" })).toHaveLength(12);
  expect(Math.max(...wordsOfPerson(person).map(({ length }) => length))).toBe(40);
});

it("limits the words of a long name without spaces, and their lengths", () => {
  const letters = Array.from({ length: 50 }, (_, n) => String.fromCodePoint(0x4e00 + n));
  const words = wordsOfPerson({ id: "x", name: letters.join("") });
  expect(words).toHaveLength(12);
  expect(words[1]).toBe(letters.slice(1, 40).join(""));
});

it("searches by the longest words first, and by twelve at most", () => {
  expect(wordsOf("i am called ana")).toEqual(["called", "ana", "am", "i"]);
  const many = Array.from({ length: 13 }, (_, n) => "a".repeat(n + 1));
  expect(wordsOf(many.join(" "))).toEqual(many.slice(1).reverse());
});

it("finds a person whose name has no letters by the id alone", () => {
  expect(wordsOfPerson({ id: "ana", name: "😀" })).toEqual(["ana"]);
  expect(wordsOf("😀")).toEqual([]);
});
