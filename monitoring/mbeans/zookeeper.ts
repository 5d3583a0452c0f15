// The MBeans of a ZooKeeper that become metrics: of one in an ensemble, and of one alone.
// This module is pure: no Deno APIs, no I/O.
import { attributes, type Family } from "./family.ts";

const domain = "org.apache.ZooKeeperService";
const member = `${domain}<name0=ReplicatedServer_id(?:\\d+), name1=replica\\.(\\d+), name2=(\\w+)`;
const alone = `${domain}<name0=StandaloneServer_port(?:\\d+)`;
const prefix = "zookeeper";
const type = "GAUGE";

const ofServer = [
  ...["AvgRequestLatency", "MinRequestLatency", "MaxRequestLatency", "OutstandingRequests"],
  ...["NumAliveConnections", "PacketsReceived", "PacketsSent", "ElectionTimeTaken"],
  ...["FsyncThresholdExceedCount", "AuthFailedCount", "DataDirSize", "LogDirSize"],
  ...["MaxClientResponseSize", "JuteMaxBufferSize", "TxnLogElapsedSyncTime"],
  ...["PendingRevalidationCount", "NonMTLSLocalConnCount", "NonMTLSRemoteConnCount"],
];
const ofTree = ["NodeCount", "WatchCount"];

export const ZOOKEEPER_FAMILIES: readonly Family[] = [
  attributes({
    beans: `${domain}:name0=ReplicatedServer_id*,name1=replica.*,name2=*`,
    pattern: `${member}>`,
    labels: ["server_id", "member_type"],
    attributes: ofServer,
    prefix,
    type,
  }),
  attributes({
    beans: `${domain}:name0=ReplicatedServer_id*,name1=replica.*,name2=*,name3=InMemoryDataTree`,
    pattern: `${member}, name3=InMemoryDataTree>`,
    labels: ["server_id", "member_type"],
    attributes: ofTree,
    prefix: `${prefix}_inmemorydatatree`,
    type,
  }),
  attributes({
    beans: `${domain}:name0=ReplicatedServer_id*`,
    pattern: `${domain}<name0=ReplicatedServer_id(\\d+)>`,
    labels: ["server_id"],
    attributes: ["QuorumSize"],
    prefix,
    type,
  }),
  attributes({
    beans: `${domain}:name0=StandaloneServer_port*`,
    pattern: `${alone}>`,
    fixed: { member_type: "Standalone" },
    attributes: ofServer,
    prefix,
    type,
  }),
  attributes({
    beans: `${domain}:name0=StandaloneServer_port*,name1=InMemoryDataTree`,
    pattern: `${alone}, name1=InMemoryDataTree>`,
    fixed: { member_type: "Standalone" },
    attributes: ofTree,
    prefix: `${prefix}_inmemorydatatree`,
    type,
  }),
];
