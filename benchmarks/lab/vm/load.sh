# shellcheck shell=bash
# Everything the commands of the VM lab are made of.
# shellcheck source=../load.sh
source "$LAB_HOME/load.sh"
# shellcheck source=image.sh
source "$LAB_HOME/vm/image.sh"
# shellcheck source=guest.sh
source "$LAB_HOME/vm/guest.sh"
# shellcheck source=progress.sh
source "$LAB_HOME/vm/progress.sh"
# shellcheck source=controller.sh
source "$LAB_HOME/vm/controller.sh"

readonly DEPLOY=$LAB_HOME/../../system/deploy
readonly HOST_KIT=$DEPLOY/host
