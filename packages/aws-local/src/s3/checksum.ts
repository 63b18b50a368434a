import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";

/** A checksum that is updated piece by piece. */
interface Checksum {
  update(piece: Uint8Array): void;
  /** In base64, as in S3's headers. */
  digest(): string;
}

/** S3's names, as in `x-amz-checksum-<name>`; the SDKs' default is `crc32`. */
export type ChecksumName = "crc32" | "crc32c" | "sha1" | "sha256";

const PREFIX = "x-amz-checksum-";

/** The checksum's algorithm in a header or trailer of this name, if the embedded S3 supports it. */
export function checksumOf(header: string): ChecksumName | undefined {
  const name = header.toLowerCase();
  if (!name.startsWith(PREFIX)) return undefined;
  const kind = name.slice(PREFIX.length);
  return kind === "crc32" || kind === "crc32c" || kind === "sha1" || kind === "sha256" ? kind : undefined;
}

/** Whether a header contains a checksum of the body, of any algorithm. */
export function isChecksumHeader(header: string): boolean {
  return header.toLowerCase().startsWith(PREFIX) && !/-(mode|type|algorithm)$/i.test(header);
}

export function startChecksum(name: ChecksumName): Checksum {
  switch (name) {
    case "crc32":
      return cyclic(crc32);
    case "crc32c":
      return cyclic(crc32c);
    case "sha1":
    case "sha256": {
      const hash = createHash(name);
      return { update: (piece) => void hash.update(piece), digest: () => hash.digest("base64") };
    }
  }
}

function cyclic(step: (piece: Uint8Array, before: number) => number): Checksum {
  let value = 0;
  return {
    update(piece) {
      value = step(piece, value);
    },
    digest() {
      const bytes = Buffer.alloc(4);
      bytes.writeUInt32BE(value >>> 0);
      return bytes.toString("base64");
    },
  };
}

const CASTAGNOLI = 0x82f63b78;
const TABLE = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ CASTAGNOLI : value >>> 1;
  return value >>> 0;
});

function crc32c(piece: Uint8Array, before: number): number {
  let value = ~before;
  for (const byte of piece) value = TABLE[(value ^ byte) & 0xff]! ^ (value >>> 8);
  return ~value >>> 0;
}
