// deno task clean-cache: removes what was fetched and made once per user.
import { runMain, say } from "../clients/_main.ts";
import { denoHost } from "../infra/engine/deno_host.ts";
import { cacheDir } from "../infra/engine/distribution/mod.ts";
import { marks } from "../infra/engine/native.ts";
import { Failure } from "../infra/spec/mod.ts";

await runMain({
  name: "deno task clean-cache",
  summary: "Removes the user's cache: Kafka's jars and the archives of its classes.\n" +
    "The next `deno task up` fetches and makes them again.",
  flags: {},
  examples: ["deno task clean-cache"],
}, async () => {
  const cache = cacheDir(denoHost);
  const user = (await denoHost.processes(cache)).find(({ command }) =>
    command.some((arg) => arg.startsWith(marks("").dir))
  );
  if (user) {
    const dir = user.command.find((arg) => arg.startsWith(marks("").dir))!.slice(
      marks("").dir.length,
    );
    throw new Failure(`Cannot remove ${cache}: the stack in ${dir} runs from it`, {
      hint: `Stop it first: deno task down --dir ${dir}`,
    });
  }
  const names = await denoHost.list(cache);
  for (const name of names) await denoHost.remove(`${cache}/${name}`);
  say(names.length === 0 ? `${cache} is empty.` : `Removed ${names.length} entries of ${cache}.`);
});
