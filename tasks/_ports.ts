// Ports for stacks that run beside others: those of `bench`, and of tests that run at the same time.
import { denoHost } from "../infra/engine/host/deno_host.ts";
import { type MonitoringOptions, render, TARGETS } from "../infra/render/mod.ts";
import { defineStack } from "../infra/spec/mod.ts";

/** So far apart that no two stacks have a port in common, which the test of this file shows. */
export const OFFSETS: readonly number[] = Array.from({ length: 47 }, (_, n) => 10_000 + 280 * n);

/** A port of the original's range that no service has: who listens there has taken the offset. */
const FIRST = 2000;

const ALL_THAT_MONITORS: MonitoringOptions = {
  content: {
    exporters: () => ({ zookeeper: "", broker: "" }),
    prometheus: () => [],
    grafana: () => [],
  },
  programs: {
    deno: { command: "", root: "" },
    prometheus: "",
    grafana: { command: "", home: "" },
  },
};

/** Every port that a stack of up to five nodes of each kind may open in either mode, and the first. */
export function portsAt(portOffset: number): number[] {
  const five = { count: 5 };
  const ports = [
    defineStack({ mode: "zookeeper", zookeepers: five, brokers: five, portOffset }),
    defineStack({ mode: "kraft", controllers: five, brokers: five, portOffset }),
  ].flatMap((stack) =>
    render(stack, { dir: "/", target: TARGETS.processes(), monitoring: ALL_THAT_MONITORS })
      .services.flatMap((service) => Object.values(service.ports).map(({ port }) => port))
  );
  return [...new Set([FIRST + portOffset, ...ports])];
}

/** Ports that no other stack has, until they are given back. */
export function takePorts(): { readonly offset: number } & Disposable {
  const begin = Math.floor(Math.random() * OFFSETS.length);
  for (const offset of [...OFFSETS.slice(begin), ...OFFSETS.slice(0, begin)]) {
    try {
      const [first, ...others] = portsAt(offset);
      const taken = Deno.listen({ hostname: "127.0.0.1", port: first! });
      if (others.every((port) => denoHost.port({ host: "127.0.0.1", port }) === "free")) {
        return { offset, [Symbol.dispose]: () => taken.close() };
      }
      taken.close();
    } catch (error) {
      if (!(error instanceof Deno.errors.AddrInUse)) throw error;
    }
  }
  throw new Error("no free ports for a stack");
}
