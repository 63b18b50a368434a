const pictureName = /image|picture|photo|thumbnail|poster|logo|icon|avatar/i;
/** What whoever shows it may be asked to load. */
const longestAddress = 2000;

/** Whether a further field of a candidate is meant to be seen: by its name, or since it is a picture itself. */
export const isPictureField = (name: string, value: string): boolean =>
  pictureName.test(name) || /^data:image\//i.test(value);

/** An https address without a name or password before its host. */
const address = /^https:\/\/[^\s/?#@\\]+([/?#]\S*)?$/i;

/** The first picture among a candidate's further fields that anybody can load: its https address. */
export function pictureIn(more: Readonly<Record<string, unknown>> | undefined): string | undefined {
  const isOne = (name: string, value: unknown): value is string =>
    typeof value === "string" &&
    value.length <= longestAddress &&
    isPictureField(name, value) &&
    address.test(value);
  return Object.entries(more ?? {}).find((field): field is [string, string] => isOne(...field))?.[1];
}
