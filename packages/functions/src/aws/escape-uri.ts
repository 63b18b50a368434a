/** Percent-encodes all but RFC 3986's unreserved characters, as signatures want it. Throws a URIError for no Unicode. */
export const escapeUri = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
