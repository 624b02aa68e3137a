# shellcheck shell=bash
# What the benchmarks' commands share: a JDK, and a build that is newer than its sources. `home` is set by whoever
# sources this.
# shellcheck disable=SC2154
target=$home/benchmarks/target
stamp=$target/jmh/built
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
# shellcheck disable=SC2034
classes=$target/classes:$target/jmh/lib/*

require_java() { # COMMAND
  if ! command -v "$java" >/dev/null; then
    echo "$1: no Java found. Install a JDK of version 17 or newer, or set JAVA_HOME." >&2
    exit 3
  fi
}
stale() {
  [[ -f $stamp ]] || return 0
  [[ -n $(find "$home/pom.xml" "$home/system/pom.xml" "$home/system"/{scheduler,protocol,rest} "$home/simulator" \
    "$home/benchmarks" -path '*/target' -prune -o \
    \( -path '*/src/main/*' -o -name pom.xml \) -type f -newer "$stamp" -print -quit) ]]
}
build_benchmarks() { # COMMAND
  mkdir -p "$target"
  exec 9>"$target/.jmh.lock"
  flock 9
  if stale; then
    echo "$1: building (output follows)" >&2
    rm -rf "$target/jmh"
    if ! (cd "$home" && ./mvnw -q -B -DskipTests -Dspotless.check.skip -Djacoco.skip \
        -pl benchmarks -am package 9>&-) >&2; then
      echo "$1: the build failed; its last lines above say why." >&2
      exit 3
    fi
    touch "$stamp"
  fi
  exec 9>&-
}
