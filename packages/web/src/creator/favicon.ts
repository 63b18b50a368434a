import { useEffect } from "react";

/** The page's icon with a count, as a `data:` URL, which the pages' policy allows for pictures. */
function iconWith(count: number): string {
  const text = count > 9 ? "9+" : String(count);
  const size = text.length > 1 ? 13 : 16;
  const svg =
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">' +
    '<rect x="1" y="5" width="24" height="22" rx="5" fill="#8c2f39"/>' +
    '<rect x="6" y="10" width="13" height="13" rx="2" fill="#fffaf0"/>' +
    '<circle cx="21.5" cy="11.5" r="10.5" fill="#e39a10"/>' +
    `<text x="21.5" y="11.5" dy=".36em" text-anchor="middle" font-family="sans-serif" font-weight="700" font-size="${size}" fill="#1c1917">${text}</text>` +
    "</svg>";
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}

/** Shows the number of open questions on the page's icon, or the plain icon for zero. */
export function useFavicon(count: number): void {
  useEffect(() => {
    const icon = document.querySelector<HTMLLinkElement>('link[rel="icon"]');
    if (!icon || count === 0) return;
    const plain = icon.href;
    icon.href = iconWith(count);
    return () => {
      icon.href = plain;
    };
  }, [count]);
}
