// A stack on this machine, and all that works on it.
// This module is pure: no Deno APIs, no I/O.
import type { Rendered } from "../render/mod.ts";
import type { Stack, StackSpec } from "../spec/mod.ts";
import type { KeptStorage } from "./data/storage.ts";
import type { Engine, Report } from "./engine.ts";
import type { Host } from "./host/host.ts";
import type { PlacedPartition } from "./data/partitions.ts";
import type { Overrides, StackRecord } from "./record.ts";

/** What a stack in KRaft mode has beside the others. */
export interface KraftContext {
  readonly storage: KeptStorage;
  /** The same stack, rendered with other storage. */
  readonly renderWith: (storage: KeptStorage) => Rendered;
  /**
   * Lets exactly these nodes vote: one change after another, none that would lose the majority.
   *
   * @param voters `directory.id` by `node.id`.
   * @param changed Told of each change once it is made, in words.
   * @throws {Error} Nobody leads, or the quorum refuses.
   */
  readonly changeVoters: (
    voters: ReadonlyMap<number, string>,
    changed: (line: string) => void,
  ) => Promise<void>;
}

/** A stack on this machine, and all that works on it. */
export interface Context {
  readonly host: Host;
  /** Absolute path of the stack's directory. */
  readonly dir: string;
  /** What the user has described, without the overrides. */
  readonly spec: StackSpec;
  readonly stack: Stack;
  readonly rendered: Rendered;
  readonly engine: Engine;
  /** What the last `up` wrote down. */
  readonly record: StackRecord | undefined;
  readonly overrides: Overrides;
  readonly report: Report;
  /** Puts the files in place that are fetched or made once instead of rendered. */
  readonly fetchFiles: () => Promise<void>;
  /**
   * Asks ZooKeepers, or brokers in KRaft mode, `host:port,…`, for all partitions of the cluster.
   *
   * @throws When none answers.
   */
  readonly partitions: (addresses: string) => Promise<readonly PlacedPartition[]>;
  /** In KRaft mode: the ids by which storage is formatted, and what changes the quorum. */
  readonly kraft: KraftContext | undefined;
  /** The same stack with another number of ZooKeepers. */
  readonly withEnsemble: (count: number) => Promise<Context>;
}
