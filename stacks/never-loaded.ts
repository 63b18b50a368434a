/**
 * Modules that libraries import and no function ever uses. Credentials are in a function's environment, so the SDK never
 * looks at their other sources. undici parses HTTP with the SIMD variant of its parser wherever WebAssembly has it, and
 * sends only bytes.
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
