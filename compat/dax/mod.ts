// Stands in for jsr:@david/dax where JSR is out of reach: the same author's
// build of the same code on npm.
export * from "dax";
export { default } from "dax";
