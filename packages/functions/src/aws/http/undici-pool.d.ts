/** Only the pool: the library's index would add its fetch, caches and mocks to every bundle, one megabyte. */
declare module "undici/lib/dispatcher/pool.js" {
  export { Pool as default } from "undici";
}
