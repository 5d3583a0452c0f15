// The description of a stack: what a user writes, what it resolves to.
export * from "./types.ts";
export * from "./failure.ts";
export * from "./define.ts";
