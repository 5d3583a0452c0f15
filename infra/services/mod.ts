// The services of a stack.
export { type Artifact, fileUrl, GENERATED, propertiesFile } from "./artifact.ts";
export { DESCRIPTORS } from "./all.ts";
export { clientBuild } from "./build.ts";
export { commandOf, IMAGE_PLACES, IMAGE_PROGRAMS, type Places } from "./command.ts";
export type { MonitoringContent, PrometheusTarget } from "./content.ts";
export { describeServices } from "./describe.ts";
export type { Descriptor, MonitoringOptions, Programs, Situation } from "./descriptor.ts";
export { DROP_JAVA_OPTIONS, DROP_SETTINGS, localeOf, PRINT_JAVA_OPTIONS } from "./environment.ts";
export { EXPORTER_DIRECTORY, EXPORTER_JAR, EXPORTER_VERSION } from "./exporter.ts";
export { isUnchanged } from "./fingerprint.ts";
export { ADMIN_PASSWORD, GRAFANA } from "./grafana.ts";
export { crashReport, temporary } from "./jvm.ts";
export { CLIENT } from "./kafka_client.ts";
export { isUnmarked, type Owner, ownerOf } from "./owner.ts";
export { neededBy, rolesOf, startPhases, stopPhases } from "./order.ts";
export {
  type ContainerOptions,
  hostPort,
  loopback,
  placeInContainers,
  type Placement,
  placeOnMachine,
  projectName,
} from "./placement.ts";
export { PROMETHEUS, scrapeTargets } from "./prometheus.ts";
export * from "./service.ts";
export { newStorage, type Storage } from "./storage.ts";
export { kafkaUuid } from "./uuid.ts";
