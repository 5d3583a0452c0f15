// What a descriptor is: one for each kind of service, in a file of its own, listed in all.ts.
// This module is pure: no Deno APIs, no I/O.
import type { Stack } from "../spec/mod.ts";
import type { Artifact } from "./artifact.ts";
import type { ExporterConfigs, MonitoringContent } from "./content.ts";
import type { Placement } from "./placement.ts";
import type { After, Description, Role, ServiceDirectories } from "./service.ts";
import type { Storage } from "./storage.ts";

/** Where programs are that the stack is monitored with; what is missing is left out of the stack. */
export interface Programs {
  /** Deno, and the project's directory with its scripts. */
  readonly deno: { readonly command: string; readonly root: string };
  /** The command. */
  readonly prometheus?: string | undefined;
  /** The command, and where its pages are (`--homepath`). */
  readonly grafana?: { readonly command: string; readonly home: string } | undefined;
}

/** What the services are monitored with. */
export interface MonitoringOptions {
  readonly content: MonitoringContent;
  /** The programs that there are. */
  readonly programs: Programs;
}

/** The stack that services are described for, and where they will live. */
export interface Situation {
  readonly stack: Stack;
  readonly placement: Placement;
  /** None: nothing monitors the services. */
  readonly monitoring?: MonitoringOptions | undefined;
  /** What tells this machine's Java and jars from others, where services run by them. */
  readonly java?: string | undefined;
  /** What the JVMs' exporters are configured by, where services are monitored. */
  readonly exporters?: ExporterConfigs | undefined;
  /** In KRaft mode; none: nothing is formatted. */
  readonly storage?: Storage | undefined;
}

/** Where a service of some name keeps what, whether its stack still has it or not. */
export interface Layout {
  readonly directories: ServiceDirectories;
  /** Files that do not say by themselves that they are the stack's, relative to its directory. */
  readonly files?: readonly string[];
  /** Its generated files that have no place for a line that says so. */
  readonly unmarked?: { readonly path: RegExp; readonly content: RegExp };
  /** Directories that versions before filled. */
  readonly former?: readonly string[];
}

/** All that there is to know of a kind of service. */
export interface Descriptor {
  /** Matches the whole name of each service that it describes, in any stack. */
  readonly names: RegExp;
  /** All that its services can have. */
  readonly roles: readonly Role[];
  /** What its services need before they start; they stop before that. */
  readonly after: readonly After[];
  readonly layout: (name: string) => Layout;
  /** Its services in a stack. */
  describe(situation: Situation): readonly Omit<Description, "after">[];
  /** The files of one of its services, which may depend on all others. */
  files?(
    service: Description,
    situation: Situation,
    all: readonly Description[],
  ): readonly Artifact[];
}
