// deno task render: writes the files and directories, starts nothing.
import { runMain, say } from "../clients/cli/main.ts";
import { prepareFiles, staleArtifacts } from "../infra/engine/files.ts";
import { checkFiles } from "../infra/engine/ownership.ts";
import { ENGINE_NAMES } from "../infra/engine/runtimes.ts";
import { checkSizes } from "../infra/engine/up.ts";
import { ADMIN_PASSWORD } from "../infra/render/mod.ts";
import { engineOf, openStack } from "./_context.ts";
import { withLock } from "./_lock.ts";
import { showDiff } from "./_diff.ts";
import { dirFlag } from "./_stack.ts";

await runMain({
  name: "deno task render",
  summary: "Writes the stack's configuration files and directories, and starts nothing.",
  flags: {
    ...dirFlag,
    engine: {
      type: "string",
      help: "for containers or for processes (default: as the last up, else auto)",
      oneOf: ENGINE_NAMES,
    },
    check: { type: "boolean", help: "write nothing; exit code 1 when a file is stale" },
    "dry-run": { type: "boolean", help: "write nothing; show what would change" },
  },
  examples: ["deno task render", "deno task render --dry-run", "deno task render --check"],
}, async ({ flags }) => {
  const context = await openStack(flags, { ...engineOf(flags), purpose: "write" });
  const { host, dir, rendered, fetchFiles, newPassword } = context;
  if (flags.check || flags["dry-run"]) {
    await checkFiles(host, dir, rendered.artifacts);
    const stale = await staleArtifacts(host, dir, rendered.artifacts);
    for (const artifact of stale) console.log(flags.check ? artifact.path : showDiff(artifact));
    if (stale.length === 0) say(`All ${rendered.artifacts.length} files in ${dir} are up to date.`);
    else if (flags.check) {
      say(`${stale.length} stale files in ${dir}. Write them: deno task render`);
    }
    return flags.check && stale.length > 0 ? 1 : 0;
  }
  const written = await withLock(dir, "render", async () => {
    await checkFiles(host, dir, rendered.artifacts);
    await checkSizes(context);
    // A start by hand needs what is fetched; without a network the rest is there all the same.
    await fetchFiles().catch((error: Error) => say(`Warning: ${error.message}`));
    return await prepareFiles(host, dir, rendered);
  });
  for (const { path } of written) console.log(path);
  say(`${written.length} of ${rendered.artifacts.length} files written in ${dir}.`);
  const password = newPassword();
  if (password) {
    say(
      `Grafana's admin has the password ${password}, shown once; it is in ${dir}/${ADMIN_PASSWORD}`,
    );
  }
  if (written.length > 0) say("Start, or restart what changed: deno task up");
});
