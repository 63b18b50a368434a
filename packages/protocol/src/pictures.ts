const pictureName = /image|picture|photo|thumbnail|poster|logo|icon|avatar/i;
/** A page or mail program loads pictures with addresses up to this length. */
const MAX_ADDRESS_LENGTH = 2000;

/** Whether a further field of a candidate is a picture, by its name or its value. */
export const isPictureField = (name: string, value: string): boolean =>
  pictureName.test(name) || /^data:image\//i.test(value);

/** An https address without a user name or password before the host. */
const address = /^https:\/\/[^\s/?#@\\]+([/?#]\S*)?$/i;

/** The https address of the first picture among a candidate's further fields that anybody can load. */
export function pictureIn(more: Readonly<Record<string, unknown>> | undefined): string | undefined {
  const isOne = (name: string, value: unknown): value is string =>
    typeof value === "string" &&
    value.length <= MAX_ADDRESS_LENGTH &&
    isPictureField(name, value) &&
    address.test(value);
  return Object.entries(more ?? {}).find((field): field is [string, string] => isOne(...field))?.[1];
}
