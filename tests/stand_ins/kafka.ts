// Lays out /opt/kafka for the stand-in of Kafka's image, in the directory that its argument names:
// the toolkit's own verified jars, and scripts that stand in for those of Kafka's bin, which Maven
// does not deliver. They keep what callers rely on: names, variables, default heaps, how they find
// each other (by `dirname $0`: a symbolic link from another directory breaks them, there and here).
import { denoHost } from "../../infra/engine/host/deno_host.ts";
import { findDistribution } from "../../infra/engine/distribution/mod.ts";
import { toolClasses } from "../../infra/render/tool_classes.ts";

const [dir, kafkaVersion] = Deno.args;
if (!dir || !kafkaVersion) throw new Error("usage: kafka.ts <directory> <version>");
const isOld = kafkaVersion.startsWith("3.");
const KAFKA = { mode: isOld ? "zookeeper" : "kraft", kafkaVersion } as const;
/** What log4j is configured by: the official images of 4.x have YAML. */
const LOG4J = isOld
  ? { property: "log4j.configuration=file:", suffix: "log4j.properties" }
  : { property: "log4j2.configurationFile=", suffix: "log4j2.properties" };

/** Of Kafka's own: with log4j options given, or -loggc, it writes to LOG_DIR, /opt/kafka/logs. */
const RUN_CLASS = `#!/bin/bash
base_dir=$(dirname $0)/..
: "\${LOG_DIR:=$base_dir/logs}"
if [ -z "$KAFKA_LOG4J_OPTS" ]; then
  KAFKA_LOG4J_OPTS="-D${LOG4J.property}$base_dir/config/tools-${LOG4J.suffix}"
else
  mkdir -p "$LOG_DIR"
fi
: "\${KAFKA_JMX_OPTS=-Dcom.sun.management.jmxremote -Dcom.sun.management.jmxremote.authenticate=false -Dcom.sun.management.jmxremote.ssl=false}"
[ -z "$JMX_PORT" ] || KAFKA_JMX_OPTS="$KAFKA_JMX_OPTS -Dcom.sun.management.jmxremote.port=$JMX_PORT"
: "\${KAFKA_HEAP_OPTS:=-Xmx256M}"
: "\${KAFKA_JVM_PERFORMANCE_OPTS:=-server -XX:+UseG1GC -XX:MaxGCPauseMillis=20 -XX:InitiatingHeapOccupancyPercent=35 -XX:+ExplicitGCInvokesConcurrent -XX:MaxInlineLevel=15 -Djava.awt.headless=true}"
while true; do
  case $1 in
    -name) name=$2; shift 2;;
    -loggc) gc="-Xlog:gc*:file=$LOG_DIR/$name-gc.log:time,tags:filecount=10,filesize=100M"; shift;;
    *) break;;
  esac
done
java=java
[ -z "$JAVA_HOME" ] || java=$JAVA_HOME/bin/java
exec "$java" $KAFKA_HEAP_OPTS $KAFKA_JVM_PERFORMANCE_OPTS $gc $KAFKA_JMX_OPTS \\
  -Dkafka.logs.dir="$LOG_DIR" $KAFKA_LOG4J_OPTS -cp "$CLASSPATH:$base_dir/libs/*" $KAFKA_OPTS "$@"
`;

const serverStart = (name: string, heap: string, mainClass: string) =>
  `#!/bin/bash
base_dir=$(dirname $0)
export KAFKA_LOG4J_OPTS="\${KAFKA_LOG4J_OPTS:--D${LOG4J.property}$base_dir/../config/${LOG4J.suffix}}"
export KAFKA_HEAP_OPTS="\${KAFKA_HEAP_OPTS:-${heap}}"
exec $base_dir/kafka-run-class.sh \${EXTRA_ARGS--name ${name} -loggc} ${mainClass} "$@"
`;

const scripts: Readonly<Record<string, string>> = {
  "kafka-run-class": RUN_CLASS,
  "kafka-server-start": serverStart("kafkaServer", "-Xmx1G -Xms1G", "kafka.Kafka"),
  ...(isOld
    ? {
      "zookeeper-server-start": serverStart(
        "zookeeper",
        "-Xmx512M -Xms512M",
        "org.apache.zookeeper.server.quorum.QuorumPeerMain",
      ),
    }
    : {}),
  ...Object.fromEntries(
    Object.entries(toolClasses(KAFKA)).map(([name, mainClass]) => [
      name,
      `#!/bin/bash\nexec $(dirname $0)/kafka-run-class.sh ${mainClass} "$@"\n`,
    ]),
  ),
};

const log4j = (level: string, target: string) =>
  isOld
    ? `log4j.rootLogger=${level}, console
log4j.appender.console=org.apache.log4j.ConsoleAppender
log4j.appender.console.Target=${target}
log4j.appender.console.layout=org.apache.log4j.PatternLayout
log4j.appender.console.layout.ConversionPattern=[%d] %p %m (%c)%n
`
    : `rootLogger=${level}, console
appender.console.type=Console
appender.console.name=console
appender.console.target=${target.replace("System.", "SYSTEM_").toUpperCase()}
appender.console.layout.type=PatternLayout
appender.console.layout.pattern=[%d] %p %m (%c)%n
`;

const { libs } = await findDistribution(denoHost, KAFKA, { progress: () => {} });
for (const name of ["bin", "config", "libs"]) {
  await Deno.mkdir(`${dir}/${name}`, { recursive: true });
}
for (const jar of await denoHost.list(libs)) {
  await Deno.copyFile(`${libs}/${jar}`, `${dir}/libs/${jar}`);
}
for (const [name, text] of Object.entries(scripts)) {
  await Deno.writeTextFile(`${dir}/bin/${name}.sh`, text);
  await Deno.chmod(`${dir}/bin/${name}.sh`, 0o755);
}
await Deno.writeTextFile(`${dir}/config/${LOG4J.suffix}`, log4j("INFO", "System.out"));
await Deno.writeTextFile(`${dir}/config/tools-${LOG4J.suffix}`, log4j("WARN", "System.err"));
