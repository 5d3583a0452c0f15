#!/usr/bin/env bash
# Builds the stand-ins that Dockerfile describes, under the official images' names; for tests only.
# An image of that name that is not one of them (its label stack.stand-in is missing) is left alone
# and serves the tests itself: `docker pull` it first, where a registry can be reached.
set -euo pipefail
cd "$(dirname "$0")/../.."

deno_version=2.9.6
declare -A images=(
  [java]=eclipse-temurin:21-jre
  [kafka-3.9.2]=apache/kafka:3.9.2
  [kafka-4.4.0]=apache/kafka:4.4.0
  [deno]=denoland/deno:debian-$deno_version
  [prometheus]=prom/prometheus:v3.5.0
  [grafana]=grafana/grafana:12.1.1
)
base=kafka-stack-stand-in:base
certificates=/etc/ssl/certs/ca-certificates.crt
cache=${XDG_CACHE_HOME:-$HOME/.cache}/kafka-stack-tests
# Debian without documentation, kept once per user.
rootfs=$cache/bookworm-1.tar

if ! programs=$(tests/stand_ins/prometheus.sh); then
  echo "prom/prometheus (see above): its stand-in has this machine's version" >&2
  programs=$(dirname "$(command -v prometheus)")
fi

# Tells a stand-in that is built from these files from an older one.
stamp=$({
  cat tests/stand_ins/{build.sh,Dockerfile,kafka.ts,grafana.ts} deno.json compat/yaml/* infra/render/tool_classes.ts \
    infra/engine/distribution/*.sha256 "$certificates"
  java -version 2>&1
  "$programs/prometheus" --version 2>&1
} | sha256sum | cut -c 1-16)

wanted=()
for target in java kafka-3.9.2 kafka-4.4.0 deno prometheus grafana; do
  label=$(docker image inspect -f '{{index .Config.Labels "stack.stand-in"}}' "${images[$target]}" \
    2> /dev/null) || label=none
  case $label in
    "$stamp") ;;
    "") echo "${images[$target]}: the real one is there" >&2 ;;
    *) wanted+=("$target") ;;
  esac
done
[ "${#wanted[@]}" -gt 0 ] || exit 0

sudo=
[ "$(id -u)" = 0 ] || sudo=sudo
work=$(mktemp -d)
trap '$sudo rm -rf "$work"' EXIT

if [ ! -e "$rootfs" ]; then
  echo "debootstrap: Debian's base, once" >&2
  $sudo debootstrap --variant=minbase --include=procps,tini bookworm "$work/rootfs" \
    > "$work/log" 2>&1 || { tail -20 "$work/log" >&2; exit 1; }
  mkdir -p "$cache"
  # The certificates and names of this machine do not belong to the base.
  $sudo tar -C "$work/rootfs" -c --exclude=./var/cache/apt/* --exclude=./var/lib/apt/lists/* \
    --exclude=./usr/share/{doc,man,locale,info}/* --exclude=./var/log/* \
    --exclude=./etc/{hostname,resolv.conf} --exclude=./{proc,sys,dev}/* . > "$work/rootfs.tar"
  mv "$work/rootfs.tar" "$rootfs"
fi
docker image inspect "$base" > /dev/null 2>&1 || docker import "$rootfs" "$base" > /dev/null

# What the stages copy.
java_home=$(java -XshowSettings:properties -version 2>&1 | sed -n 's/^ *java\.home = //p')
mkdir "$work/context" "$work/context/java"
# Debian's Java has links to /etc: followed, it can be copied alone. Some of them dangle.
tar -C "$java_home" -ch --ignore-failed-read --warning=no-failed-read \
  --exclude={src.zip,ct.sym,libatk-wrapper.so} bin conf lib release | tar -C "$work/context/java" -x
deno() { env -u KAFKA_HOME NO_COLOR=1 npx --loglevel=error -y "deno@$deno_version" "$@"; }
for target in "${wanted[@]}"; do
  case $target in
    kafka-*) deno run -A tests/stand_ins/kafka.ts "$work/context/$target" "${target#kafka-}" ;;
  esac
done
cp "$(deno eval 'console.log(Deno.execPath())')" "$work/context/deno"
cp "$certificates" "$work/context/ca-certificates.crt"
cp "$programs/prometheus" "$programs/promtool" "$work/context"
# Without its workspace and its lock of all packages: the stand-in imports one.
cp -r compat tests/stand_ins/grafana.ts "$work/context"
echo '{ "imports": { "@std/yaml": "jsr:@std/yaml@^1.0.0" }, "links": ["./compat/yaml"] }' \
  > "$work/context/deno.json"

for target in "${wanted[@]}"; do
  echo "${images[$target]}: building a stand-in" >&2
  docker build --target "${target%%-*}" --tag "${images[$target]}" --file tests/stand_ins/Dockerfile \
    --build-arg "STAMP=$stamp" --build-arg "DENO_VERSION=$deno_version" \
    --build-arg "KAFKA_VERSION=${target#kafka-}" "$work/context" \
    > "$work/log" 2>&1 || { tail -20 "$work/log" >&2; exit 1; }
done
