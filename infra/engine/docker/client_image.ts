// The client's image: which files it is made of, and its name, which changes with them.
import { createHash } from "node:crypto";
import { Failure, type Stack } from "../../spec/mod.ts";
import { clientBuild } from "../../render/mod.ts";
import type { Report } from "../engine.ts";
import { type Host, TRANSFER_MS } from "../host/host.ts";

/** Paths of what goes into the image, relative to the project's directory. */
async function sources(host: Host, root: string, dockerfile: string): Promise<string[]> {
  const walk = async (folder: string): Promise<string[]> => {
    const names = (await host.list(`${root}/${folder}`)).sort();
    const paths = names.map((name) => `${folder}/${name}`);
    // Files have a suffix here, and folders none.
    return (await Promise.all(paths.map((path) => /\.\w+$/.test(path) ? [path] : walk(path))))
      .flat();
  };
  return [
    ...["deno.json", "deno.lock", dockerfile],
    ...await walk("clients"),
    ...await walk("compat"),
  ];
}

/**
 * Name of the client's image for `stack`.
 *
 * @param root The project's directory.
 */
export async function clientImage(host: Host, stack: Stack, root: string): Promise<string> {
  const { dockerfile, args } = clientBuild(stack, root);
  const paths = await sources(host, root, dockerfile);
  const texts = await Promise.all(paths.map((path) => host.readText(`${root}/${path}`)));
  const digest = createHash("sha256").update(JSON.stringify([paths, texts, args]))
    .digest("hex").slice(0, 12);
  return `kafka-stack-client:${stack.kafkaVersion}-${digest}`;
}

/**
 * Builds the client's image.
 *
 * @throws {Failure} With the last lines of the build.
 */
export async function buildClientImage(
  host: Host,
  stack: Stack,
  root: string,
  report: Report,
): Promise<string> {
  const image = await clientImage(host, stack, root);
  const { context, dockerfile, args } = clientBuild(stack, root);
  report(undefined, `builds ${image}`);
  const last: string[] = [];
  let reportedAt = host.now();
  const { code } = await host.run("docker", [
    ...["build", "-t", image, "-f", `${context}/${dockerfile}`],
    ...Object.entries(args).flatMap(([name, value]) => ["--build-arg", `${name}=${value}`]),
    context,
  ], {
    timeoutMs: TRANSFER_MS,
    onLine: (line) => {
      if (line.trim() !== "") last.push(line.trim());
      const [, step] = /^(Step \d+\/\d+)/.exec(line) ?? [];
      // Most steps take no time.
      if (!step || host.now() - reportedAt < 1000) return;
      reportedAt = host.now();
      report(undefined, `builds ${image}: ${step}`);
    },
  });
  if (code === 0) return image;
  throw new Failure(
    `Cannot build ${image}\n${last.slice(-8).map((line) => `  | ${line}`).join("\n")}`,
    {
      hint:
        "It needs its base images and the packages of clients/: is there a network?\nTry it alone: deno task build",
    },
  );
}
