// Which running services are a directory's: a directory is compared by what it is, not by how its
// path is written.
import type { Host } from "./host.ts";
import { readRecord, type RecordedService, type StackRecord } from "../record.ts";

/** A service that says which directory it was started for; pid 0: it has ended since. */
export interface Claimed extends Pick<RecordedService, "pid" | "startTime"> {
  /** Absolute path of the directory that its marks or labels name. */
  readonly dir: string;
  readonly service: string;
}

/** Whether two paths lead to one directory: by device and inode, through any link or spelling. */
export async function sameDirectory(host: Host, a: string, b: string): Promise<boolean> {
  if (a === b) return true;
  const [one, other] = await Promise.all([host.identity(a), host.identity(b)]);
  return one !== undefined && one === other;
}

/**
 * Makes the question whether a service is one of the stack in `dir`. It is where its directory is
 * this one. Where its directory is gone, because it was moved while the service ran, this one's
 * record must name the very process.
 */
export function belongsTo(host: Host, dir: string): (claimed: Claimed) => Promise<boolean> {
  const identities = new Map<string, Promise<string | undefined>>();
  const identity = (path: string) => {
    if (!identities.has(path)) identities.set(path, host.identity(path));
    return identities.get(path)!;
  };
  let record: Promise<StackRecord | undefined> | undefined;
  return async ({ dir: theirs, service, pid, startTime }) => {
    if (theirs === dir) return true;
    const found = await identity(theirs);
    if (found !== undefined) return found === await identity(dir);
    // A record that cannot be read names nobody.
    record ??= readRecord(host, dir).catch(() => undefined);
    const recorded = (await record)?.services[service];
    return recorded?.startTime === startTime && (pid === 0 || recorded.pid === pid);
  };
}
