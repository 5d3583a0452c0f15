// Ports for the stacks of tests that run at the same time.
import { denoHost } from "../../infra/engine/host/deno_host.ts";

const OFFSETS = 43;
const BASES = [2181, 2888, 3888, 9092, 8082, 8180, 8280, 8380, 3000, 9090, 9308];

/**
 * Ports that no other test's stack has, until they are given back. Offsets so far apart never give
 * two stacks of up to five brokers and ZooKeepers the same port; who listens at an offset's first
 * port, which no service has, has taken it. All are below those of outgoing connections.
 */
export function takePorts(): { readonly offset: number } & Disposable {
  const first = Math.floor(Math.random() * OFFSETS);
  for (let tries = 0; tries < OFFSETS; tries++) {
    const offset = 10_000 + 170 * ((first + tries) % OFFSETS);
    try {
      const taken = Deno.listen({ hostname: "127.0.0.1", port: 2000 + offset });
      const ports = BASES.flatMap((base) => [0, 1, 2, 3, 4].map((n) => base + offset + n));
      if (ports.every((port) => denoHost.port({ host: "127.0.0.1", port }) === "free")) {
        return { offset, [Symbol.dispose]: () => taken.close() };
      }
      taken.close();
    } catch (error) {
      if (!(error instanceof Deno.errors.AddrInUse)) throw error;
    }
  }
  throw new Error("no free ports for a stack");
}
