import type { Browser } from "playwright-core";

/** One picture of several screenshots of the same height, side by side, `width` pixels wide in total. */
export async function sideBySide(
  browser: Browser,
  shots: readonly Buffer[],
  { width, height }: { width: number; height: number },
): Promise<Buffer> {
  const page = await browser.newPage({ viewport: { width, height } });
  const images = shots.map((shot) => `<img src="data:image/png;base64,${shot.toString("base64")}">`).join("");
  await page.setContent(`<style>
    body { margin: 0; height: 100vh; display: flex; justify-content: space-between; background: #cbc4b8; }
    img { display: block; height: 100%; }
  </style>${images}`);
  const picture = await page.screenshot();
  await page.close();
  return picture;
}
