// Tests that need the machine: files, network, programs. Plain `deno test` gives
// none of it and reports them as ignored; `deno task test` runs them.

const granted = (["read", "write", "net", "run", "env", "sys"] as const)
  .every((name) => Deno.permissions.querySync({ name }).state === "granted");

/** Registers a test that is ignored, and says so in its name, where permissions are missing. */
export function machineTest(
  name: string,
  fn: (context: Deno.TestContext) => Promise<void> | void,
) {
  if (granted) Deno.test(name, fn);
  else Deno.test({ name: `${name} (needs permissions: deno task test)`, ignore: true, fn });
}
