// deno task clean-cache: removes what was fetched and made once per user.
import { runMain, say } from "../clients/cli/main.ts";
import { denoHost } from "../infra/engine/host/deno_host.ts";
import { cacheDir, madeByUs } from "../infra/engine/distribution/mod.ts";
import { readMarks, SERVICE_MARK } from "../infra/engine/native/marks.ts";
import { shellWord } from "../infra/render/mod.ts";
import { Failure } from "../infra/spec/mod.ts";

await runMain({
  name: "deno task clean-cache",
  summary: "Removes the user's cache: Kafka's jars and the archives of its classes.\n" +
    "The next `deno task up` fetches and makes them again.",
  flags: {},
  examples: ["deno task clean-cache"],
}, async () => {
  const cache = cacheDir(denoHost);
  const user = (await denoHost.processes(SERVICE_MARK)).find(({ command }) =>
    command.some((argument) => argument.includes(`${cache}/`))
  );
  const dir = user && readMarks(user.command)?.dir;
  if (dir !== undefined) {
    throw new Failure(`Cannot remove ${cache}: the stack in ${dir} runs from it`, {
      hint: `Stop it first: deno task down --dir ${shellWord(dir)}`,
    });
  }
  const names = await denoHost.list(cache);
  const ours = await madeByUs(denoHost, cache);
  for (const name of ours) await denoHost.remove(`${cache}/${name}`);
  const others = names.filter((name) => !ours.includes(name)).sort();
  say(
    ours.length === 0
      ? `Nothing in ${cache} is the toolkit's.`
      : `Removed ${ours.length} entries of ${cache}.`,
  );
  if (others.length > 0) {
    const more = others.length > 3 ? `, and ${others.length - 3} more` : "";
    say(`Left there, for it is not the toolkit's: ${others.slice(0, 3).join(", ")}${more}`);
  }
});
