// Finds the programs of this machine that a stack is monitored with: Prometheus and Grafana.
import type { Programs } from "../../render/mod.ts";
import type { Host } from "../host/host.ts";

/** What is not there, and the command that installs it. */
export interface MissingProgram {
  readonly name: "Prometheus" | "Grafana";
  readonly install: string;
}

/**
 * Prints where Prometheus is, and Grafana with its home. Debian, Homebrew and the tarballs put its
 * pages in different places: they are where `conf/defaults.ini` is.
 */
const FIND = `p=$(command -v prometheus) && echo "prometheus $p"
g=$(command -v grafana || command -v grafana-server || echo /usr/share/grafana/bin/grafana)
real=$(readlink -f "$g" 2> /dev/null || echo "$g")
for home in "\${real%/bin/*}" "\${real%/bin/*}/share/grafana" "\${g%/bin/*}/share/grafana" \\
  /usr/share/grafana; do
  if [ -e "$home/conf/defaults.ini" ]; then
    [ ! -x "$home/bin/grafana" ] || g=$home/bin/grafana
    echo "grafana $g"; echo "home $home"; break
  fi
done`;

/** The Prometheus and the Grafana of this machine. */
export async function findPrograms(
  host: Host,
): Promise<Pick<Programs, "prometheus" | "grafana"> & { missing: MissingProgram[] }> {
  const { stdout } = await host.run("sh", ["-c", FIND]);
  const line = (name: string) => new RegExp(`^${name} (.+)$`, "m").exec(stdout)?.[1];
  const prometheus = line("prometheus");
  const command = line("grafana");
  const home = line("home");
  const grafana = command !== undefined && home !== undefined ? { command, home } : undefined;
  const mac = host.os === "darwin";
  return {
    prometheus,
    grafana,
    missing: [
      ...(prometheus ? [] : [{
        name: "Prometheus" as const,
        install: mac
          ? "brew install prometheus"
          // Debian starts one of its own, on the port that ours takes.
          : "sudo apt install prometheus && sudo systemctl disable --now prometheus",
      }]),
      ...(grafana ? [] : [{
        name: "Grafana" as const,
        install: mac
          ? "brew install grafana"
          : "https://grafana.com/docs/grafana/latest/setup-grafana/installation",
      }]),
    ],
  };
}
