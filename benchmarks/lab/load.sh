# shellcheck shell=bash
# What the commands of every kind of lab are made of.
# shellcheck source=common.sh
source "$LAB_HOME/common.sh"
# shellcheck source=cgroups.sh
source "$LAB_HOME/cgroups.sh"
# shellcheck source=hub.sh
source "$LAB_HOME/hub.sh"
# shellcheck source=host-packages.sh
source "$LAB_HOME/host-packages.sh"
# shellcheck source=container-image.sh
source "$LAB_HOME/container-image.sh"
# shellcheck source=sweep.sh
source "$LAB_HOME/sweep.sh"
