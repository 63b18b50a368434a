/** What the page tells whoever shows it in a frame: how high it is, in CSS pixels, and nothing else. */
export interface FrameHeight {
  readonly type: "callboard.height";
  readonly height: number;
}

/**
 * Whether the page is to be a part of another: it was asked to by `?embed`, or stands in a frame of another origin, where
 * nothing that can be pressed may stand.
 */
export function isEmbedded({ location, top, self }: Pick<Window, "location" | "top" | "self">): boolean {
  return new URLSearchParams(location.search).has("embed") || (top !== self && !isOwn(location, top));
}

function isOwn({ origin }: Location, top: Window | null): boolean {
  try {
    return top?.location.origin === origin;
  } catch {
    // Pages of other origins keep their address to themselves.
    return false;
  }
}

/** Tells the page around how high this one is, now and whenever that changes; returns how to stop. */
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
