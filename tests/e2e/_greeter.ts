// A made-up service, as somebody would add one: the test copies this file into infra/services/, where
// its imports are its neighbours, and names it in the list.
import { GENERATED } from "../../infra/services/artifact.ts";
import type { Descriptor } from "../../infra/services/descriptor.ts";
import { describeWebService, outputFile } from "../../infra/services/web_service.ts";

const DIRECTORIES = { config: "greeter/conf", data: "greeter/data" };

/** A small HTTP server that greets. */
export const greeter: Descriptor = {
  names: /^greeter$/,
  roles: [],
  after: [{ role: "broker", until: "ready" }],
  layout: () => ({ directories: DIRECTORIES, files: [outputFile("greeter")] }),
  describe({ stack, placement }) {
    const port = 8700 + stack.portOffset;
    const { bind } = placement.open(port);
    const greeting = placement.path(`${DIRECTORIES.config}/greeting.txt`);
    return [{
      ...describeWebService(placement, {
        name: "greeter",
        image: "client",
        program: {
          type: "deno",
          script: "clients/greeter.ts",
          flags: ["--no-prompt", "--quiet", "--allow-net", "--allow-read", "--allow-write"],
          args: [bind.host, String(bind.port), greeting, placement.path(DIRECTORIES.data)],
        },
        port,
        setting: "portOffset",
        path: "/ready",
        directories: DIRECTORIES,
        job: "greeter",
      }),
      roles: [],
    }];
  },
  files: () => [{
    path: `${DIRECTORIES.config}/greeting.txt`,
    content: `${GENERATED}\nhello\n`,
  }],
};
