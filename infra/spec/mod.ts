// The description of a stack: what a user writes, what it resolves to.
export * from "./types.ts";
export * from "./failure.ts";
export * from "./define.ts";
export * from "./quorum.ts";
export * from "./versions.ts";
export { validateSpec } from "./validate.ts";
export * from "./address.ts";
export * from "./directory.ts";
