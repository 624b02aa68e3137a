# shellcheck shell=bash
# Everything the commands of the native lab are made of.
# shellcheck source=../load.sh
source "$LAB_HOME/load.sh"
# shellcheck source=network.sh
source "$LAB_HOME/native/network.sh"
# shellcheck source=node-root.sh
source "$LAB_HOME/native/node-root.sh"
# shellcheck source=images.sh
source "$LAB_HOME/native/images.sh"
# shellcheck source=node.sh
source "$LAB_HOME/native/node.sh"
