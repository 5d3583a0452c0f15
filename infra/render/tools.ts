// Kafka's command-line tools as scripts on PATH: Maven delivers their classes,
// but not the scripts of the distribution.
// This module is pure: no Deno APIs, no I/O.
import { bootstrapServers, nodesOf, type Stack, zookeeperConnect } from "../spec/mod.ts";
import { type Artifact, GENERATED } from "../services/artifact.ts";
import { DROP_JAVA_OPTIONS, LOCALE_FLAGS, localeOf } from "../services/environment.ts";
import { hostsText } from "../services/hosts.ts";
import { loggingFlag, renderToolLogging } from "../services/logging.ts";
import { quote } from "./shell.ts";
import { toolClasses } from "./tool_classes.ts";

/** Directories that the tools need, relative to the stack's. */
export const TOOLS_DIRECTORIES = ["bin", "bin/tmp"];

/** Where the tools run. */
export interface ToolsOptions {
  readonly os: "linux" | "darwin";
  /** The java command. */
  readonly java: string;
  /** Directory of Kafka's jars. */
  readonly libs: string;
  /** Absolute path of the stack's directory. */
  readonly dir: string;
}

/**
 * The files in the stack's `bin`: each tool with and without `.sh`, and `kafka-run-class`,
 * which the others call.
 */
export function renderTools(stack: Stack, { os, java, libs, dir }: ToolsOptions): Artifact[] {
  const bin = `${dir}/bin`;
  const script = (...lines: string[]) => ["#!/bin/sh", GENERATED, ...lines, ""].join("\n");
  const names = nodesOf(stack).map(({ name }) => name);
  const uses = names.map((name) => `*[\\ ,]${name}:*`);
  // Controllers, whichever is asked, name one another so.
  if (stack.mode === "kraft") uses.push("*--bootstrap-controller*");
  const locale = Object.entries(localeOf(os)).map(([name, value]) => `${name}=${value}`);
  const runClass = script(
    // The container network's names, as kafka1:9092, are known to the tools on the host too.
    // Only for a command that uses one: a JVM with this file knows no other names.
    `case " $* " in`,
    `  ${uses.join("|")}) hosts=-Djdk.net.hosts.file=${quote(`${bin}/hosts`)};;`,
    `  *) hosts=-Dstack.tool=true;;`,
    `esac`,
    `heap=\${KAFKA_HEAP_OPTS:--Xmx256m}`,
    // An agent in KAFKA_OPTS, meant for a broker, would take the broker's port.
    DROP_JAVA_OPTIONS,
    `export ${locale.join(" ")}`,
    `exec ${quote(java)} $heap -XX:+UseSerialGC -XX:TieredStopAtLevel=1 \\`,
    `  ${LOCALE_FLAGS.join(" ")} -Djava.io.tmpdir=${quote(`${bin}/tmp`)} \\`,
    `  "$hosts" ${loggingFlag(stack.kafkaVersion, bin, quote)} \\`,
    `  -cp ${quote(`${libs}/*`)} "$@"`,
  );
  const all: [string, string][] = [
    ["kafka-run-class", runClass],
    ...Object.entries(toolClasses(stack)).map(([name, mainClass]): [string, string] => [
      name,
      script(`exec ${quote(`${bin}/kafka-run-class`)} ${mainClass} "$@"`),
    ]),
  ];
  return [
    ...all.flatMap(([name, content]) =>
      [name, `${name}.sh`].map((file): Artifact => ({ path: `bin/${file}`, content, mode: 0o755 }))
    ),
    { path: "bin/hosts", content: hostsText(stack, ["localhost", ...names]) },
    renderToolLogging(stack.kafkaVersion, "bin"),
  ];
}

/** Environment of a shell for this stack: the original's names, and where the brokers are. */
export function toolsEnvironment(stack: Stack, dir: string, path: string) {
  return {
    PATH: `${dir}/bin:${path}`,
    BOOTSTRAP_SERVERS: bootstrapServers(stack),
    KAFKA_HOST: bootstrapServers(stack),
    ...(stack.mode === "zookeeper" ? { ZOOKEEPER_HOST: zookeeperConnect(stack) } : {}),
    STACK_DIR: dir,
  };
}
