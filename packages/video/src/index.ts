export { definition, type Substitutions, samplePath } from "./definition.ts";
