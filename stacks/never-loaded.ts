/**
 * What no function ever loads, though libraries import it. Credentials are in a function's environment, so that the
 * other places where the SDK would look for them are never looked at; undici parses HTTP with the SIMD variant of its
 * parser wherever WebAssembly has it, and sends nothing but bytes.
 */
export const neverLoaded = [
  "@aws-sdk/credential-provider-ini",
  "@aws-sdk/credential-provider-login",
  "@aws-sdk/credential-provider-process",
  "@aws-sdk/credential-provider-sso",
  "@aws-sdk/credential-provider-web-identity",
  "@smithy/credential-provider-imds",
  "*/llhttp-wasm.js",
  "*/web/fetch/body.js",
];
