import { s3Files } from "../files/s3-files.ts";
import { type StoreAvatarInput, storeAvatar } from "../tasks/store-avatar.ts";
import { s3Here } from "./s3-here.ts";

const files = s3Files(s3Here());

export const handler = (input: StoreAvatarInput) => storeAvatar(files, input);
