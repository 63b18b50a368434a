let made = 0;

/** A text of a fixed length that is in one message only, so that browsers can recognise that message. */
export const newMarker = (): string => `mark${String(++made).padStart(8, "0")}`;

const marker = /mark\d{8}/;

/** The first marker in a text. */
export const markerIn = (text: string): string | undefined => marker.exec(text)?.[0];

/** A message of the same length with another marker in it. */
export const withMarker = (text: string, other: string): string => text.replace(marker, other);
