import { expect, it } from "vitest";
import { pictureIn } from "./pictures.ts";

it("finds the first picture of a candidate that anybody can load", () => {
  const more = {
    price: 12,
    link: "https://shop.example/a.png",
    imageUrl: "/pictures/a.png",
    photo: "http://shop.example/a.png",
    Thumbnail: "https://shop.example/a.png?size=2",
    poster: "https://shop.example/b.png",
  };
  expect(pictureIn(more)).toBe("https://shop.example/a.png?size=2");
});

it.each([
  "data:image/png;base64,AA==",
  "javascript:alert(1)",
  "https://ana:secret@shop.example/a.png",
  "https://shop.example\\@evil.example/a.png",
  "https://shop.example/a b.png",
  "https:///a.png",
  `https://shop.example/${"a".repeat(2000)}`,
  { url: "https://shop.example/a.png" },
])("does not accept %s as a picture", (image) => {
  expect(pictureIn({ image })).toBeUndefined();
});

it("finds none without further fields", () => {
  expect(pictureIn(undefined)).toBeUndefined();
});
