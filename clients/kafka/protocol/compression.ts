// Which codec a record batch was compressed with.
// This module is pure: no Deno APIs, no I/O.

/** Codec numbers in a record batch, by the name that `compression.type` has for them. */
export const COMPRESSION = { none: 0, gzip: 1, snappy: 2, lz4: 3, zstd: 4 } as const;

/** A codec's name. */
export type Compression = keyof typeof COMPRESSION;
