/** A drawing has a few kilobytes. */
const MAX_LENGTH = 64 * 1024;
const MAX_SIDE = 4096;
/** Elements and attributes that only draw: none that loads, links, runs or restyles. */
const ELEMENTS = "svg|title|g|rect|circle|ellipse|line|path|text|tspan";
const ATTRIBUTES =
  "xmlns|xml:lang|width|height|viewBox|x|y|x1|x2|y1|y2|cx|cy|r|rx|ry|d|fill|stroke|stroke-width|opacity|font-family|font-size|font-weight|direction|text-anchor|role";
const TAG = new RegExp(`<(?:/(?:${ELEMENTS})|(?:${ELEMENTS})(?: (?:${ATTRIBUTES})="[^"<>&]*")*/?)>`, "g");

/**
 * The sides of an SVG that only draws, in pixels; undefined for any other text. A browser runs scripts of an SVG that
 * is opened by itself, so only a few elements and attributes, and text, are allowed.
 */
export function svgSize(bytes: Buffer): { width: number; height: number } | undefined {
  if (bytes.length > MAX_LENGTH) return undefined;
  const text = bytes.toString("utf8");
  const sides = /^<svg (?:[^<>]*? )?width="(\d{1,4})" height="(\d{1,4})"/.exec(text);
  if (
    !sides ||
    !text.endsWith("</svg>") ||
    /[<>]|url\(|&(?!(?:amp|lt|gt|quot);)/i.test(text.replace(TAG, ""))
  )
    return undefined;
  // Attributes are CSS, where a backslash can stand for any letter.
  if (/="[^"]*(?:url\(|\\)/i.test(text)) return undefined;
  const [width, height] = [Number(sides[1]), Number(sides[2])];
  return width > 0 && width <= MAX_SIDE && height > 0 && height <= MAX_SIDE ? { width, height } : undefined;
}
