/** The message to the page around the frame: the height in CSS pixels, and nothing else. */
export interface FrameHeight {
  readonly type: "callboard.height";
  readonly height: number;
}

/**
 * Whether the page is part of another one: requested by `?embed`, or in a frame of another origin, where
 * nothing may be pressed.
 */
export function isEmbedded({ location, top, self }: Pick<Window, "location" | "top" | "self">): boolean {
  return new URLSearchParams(location.search).has("embed") || (top !== self && !isOwn(location, top));
}

function isOwn({ origin }: Location, top: Window | null): boolean {
  try {
    return top?.location.origin === origin;
  } catch {
    // Pages of other origins hide their address.
    return false;
  }
}

/**
 * Reports this page's height to the page around it, now and after each change; returns a function that stops
 * this.
 */
export function tellHeight(content: Element, tell: (message: FrameHeight) => void): () => void {
  let told = 0;
  const observer = new ResizeObserver(() => {
    const height = Math.ceil(content.getBoundingClientRect().height);
    if (height === told || height === 0) return;
    told = height;
    tell({ type: "callboard.height", height });
  });
  observer.observe(content);
  return () => observer.disconnect();
}
