import { prepareHere } from "./prepare-here.ts";

export const handler = prepareHere(process.env);
