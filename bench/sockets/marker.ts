let made = 0;

/** A text of a fixed length that stands in one message alone, so that a crowd knows it among others. */
export const newMarker = (): string => `mark${String(++made).padStart(8, "0")}`;

const marker = /mark\d{8}/;

/** The first marker in a text. */
export const markerIn = (text: string): string | undefined => marker.exec(text)?.[0];

/** A message of the same length with another marker in it. */
export const withMarker = (text: string, other: string): string => text.replace(marker, other);
