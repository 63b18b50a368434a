/** The pool alone: the library's index would bring its fetch, caches and mocks into every bundle, a megabyte of them. */
declare module "undici/lib/dispatcher/pool.js" {
  export { Pool as default } from "undici";
}
