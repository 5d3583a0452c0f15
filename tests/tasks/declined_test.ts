// What is asked in a terminal, and answered with no.
import { assertEquals, assertStringIncludes } from "@std/assert";
import { machineTest } from "../_machine.ts";

machineTest("a declined question is exit code 1, and nothing is done", async () => {
  // `script` makes a terminal; its options are those of util-linux.
  if (Deno.build.os !== "linux") return;
  const dir = await Deno.makeTempDir();
  try {
    const child = new Deno.Command("script", {
      args: ["-qec", `${Deno.execPath()} task -q down --delete-data --dir ${dir}`, "/dev/null"],
      cwd: new URL("../..", import.meta.url),
      env: { NO_COLOR: "1" },
      stdin: "piped",
      stdout: "piped",
    }).spawn();
    const writer = child.stdin.getWriter();
    await writer.write(new TextEncoder().encode("n\n"));
    await writer.close();
    const { code, stdout } = await child.output();
    assertStringIncludes(new TextDecoder().decode(stdout), "Nothing was stopped or deleted.");
    assertEquals(code, 1);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});
