// Writes what the renderers return, or says what writing it would change.
import type { Artifact, Rendered } from "../render/mod.ts";
import type { Host } from "./host/host.ts";
import { checkFiles } from "./ownership.ts";

/** An artifact whose file is missing or differs. `before` is what is there now. */
export interface StaleArtifact extends Artifact {
  readonly before: string | undefined;
}

/** The artifacts whose files under `dir` are missing or differ. */
export async function staleArtifacts(
  host: Host,
  dir: string,
  artifacts: readonly Artifact[],
): Promise<StaleArtifact[]> {
  const all = await Promise.all(artifacts.map(async (artifact): Promise<StaleArtifact> => ({
    ...artifact,
    before: await host.readText(`${dir}/${artifact.path}`),
  })));
  return all.filter(({ before, content }) => before !== content);
}

/**
 * Makes the directories and writes the files that are missing or differ; returns those.
 *
 * @throws {Failure} A file that would be overwritten is not of our making. Nothing is written then.
 */
export async function prepareFiles(
  host: Host,
  dir: string,
  { directories, artifacts }: Pick<Rendered, "directories" | "artifacts">,
): Promise<StaleArtifact[]> {
  await checkFiles(host, dir, artifacts);
  for (const directory of directories) await host.makeDirectory(`${dir}/${directory}`);
  const stale = await staleArtifacts(host, dir, artifacts);
  await Promise.all(
    stale.map(({ path, content, secret, mode }) =>
      host.writeText(`${dir}/${path}`, content, secret ? 0o600 : mode)
    ),
  );
  return stale;
}
