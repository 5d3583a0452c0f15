// Whose a path in a stack's directory is, by what the descriptors say of their services: also of
// those that the stack no longer has.
// This module is pure: no Deno APIs, no I/O.
import type { Descriptor, Layout } from "./descriptor.ts";

/** What a path is to the services. */
export type Owner =
  /** A directory that a service fills: all in it is the service's. */
  | "filled"
  /** A directory with files each of which says that it is generated. */
  | "made"
  /** A file of a service's, whatever is in it. */
  | "file";

/** What is appended to the directory of a service's data where that was set aside by `up`. */
const SET_ASIDE = /\.set-aside-[^/]*$/;

/** What a path, relative to the stack's directory, is to the services; none: nothing. */
export function ownerOf(descriptors: readonly Descriptor[], path: string): Owner | undefined {
  const plain = path.replace(SET_ASIDE, "");
  for (const { directories, files = [], former = [] } of layoutsFor(descriptors, plain)) {
    const { config, data, log } = directories;
    if ([data, log, ...former].includes(plain)) return "filled";
    if (files.includes(path)) return "file";
    const all = [config, data, log, ...files, ...former];
    const isParent = all.some((one) => one?.startsWith(`${path}/`));
    if (isParent || path === config || path.startsWith(`${config}/`)) return "made";
  }
}

/** Whether a file in which no line can say so is generated for a service. */
export function isUnmarked(
  descriptors: readonly Descriptor[],
  path: string,
  content: string,
): boolean {
  return layoutsFor(descriptors, path).some(({ unmarked }) =>
    unmarked !== undefined && unmarked.path.test(path) && unmarked.content.test(content)
  );
}

/** Layouts of the services whose names are in a path; of any name, for what is above those. */
function layoutsFor(descriptors: readonly Descriptor[], path: string): Layout[] {
  return descriptors.flatMap(({ names, layout }) => {
    const found = path.split("/").filter((part) => names.test(part));
    return (found.length > 0 ? found : ["*"]).map(layout);
  });
}
