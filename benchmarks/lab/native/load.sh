# shellcheck shell=bash
# Everything the commands of the native lab are made of.
# shellcheck source=../common.sh
source "$LAB_HOME/common.sh"
# shellcheck source=cgroups.sh
source "$LAB_HOME/native/cgroups.sh"
# shellcheck source=network.sh
source "$LAB_HOME/native/network.sh"
# shellcheck source=node-root.sh
source "$LAB_HOME/native/node-root.sh"
# shellcheck source=images.sh
source "$LAB_HOME/native/images.sh"
# shellcheck source=node.sh
source "$LAB_HOME/native/node.sh"
# shellcheck source=sweep.sh
source "$LAB_HOME/native/sweep.sh"
