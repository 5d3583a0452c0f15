// The program of the made-up service in _greeter.ts: answers, has a metric, keeps a file.
const [hostname, port, greeting, data] = Deno.args;
const text = await Deno.readTextFile(greeting!);
await Deno.writeTextFile(`${data}/started`, new Date().toISOString());
console.log("the greeter starts");
Deno.addSignalListener("SIGTERM", () => {
  Deno.writeTextFileSync(`${data}/stopped`, "cleanly");
  Deno.exit(0);
});
Deno.serve({ hostname: hostname!, port: Number(port) }, (request) => {
  const { pathname } = new URL(request.url);
  return new Response(pathname === "/metrics" ? "greeter_up 1\n" : text);
});
