# shellcheck shell=bash
# The controller of the lab's fleet: on this machine, in the hub's network, with the token that the hosts have made.

readonly CONTROLLER_URL=http://$HUB_ADDRESS:7070
readonly TOKEN_FILE=$LAB_STATE/token
readonly FLEET_USER=fleet
readonly PROGRAM=$LAB_HOME/../../system/cli/target/live-migrate/lib

# Called by the two that follow, and by `status`.
call_controller() {
    # The token goes by a file, so that it is on no command line.
    in_hub curl --silent --fail --max-time 10 --header @<(printf 'Authorization: Bearer %s\n' "$(<"$TOKEN_FILE")") \
        "$CONTROLLER_URL$1"
}

# What controller and agents speak through when that is no broker within the controller: Debian's RabbitMQ, in the hub's
# network, as system/deploy/rabbitmq/setup prepares one for a fleet. Leaves its URI where the controller looks for it.
start_rabbitmq() {
    local server=$LAB_HOME/rabbitmq state=LIVE_MIGRATE_RABBITMQ_STATE=$LAB_STATE/rabbitmq uri_file own
    uri_file=$(in_hub env "$state" LIVE_MIGRATE_RABBITMQ_ADDRESS="$HUB_ADDRESS" "$server" start)
    own=$(<"$uri_file")
    (
        umask 077
        local password=$LAB_STATE/rabbitmq-password
        od -An -N16 -tx1 /dev/urandom | tr -d ' \n' >"$password"
        in_hub env "$state" RABBITMQCTL="$server ctl" LIVE_MIGRATE_BROKER_USER="$FLEET_USER" "$DEPLOY/rabbitmq/setup" "$password"
        printf 'amqp://%s:%s@%s/%s\n' "$FLEET_USER" "$(<"$password")" "${own##*@}" livemigrate >"$LAB_STATE/amqp-uri"
    )
}

# It decides nothing until it is told to: a lab is for what its user does.
start_controller() {
    mkdir -p "$LAB_STATE/controller"
    local java=${JAVA_HOME:+$JAVA_HOME/bin/}java hub_pid uri=()
    hub_pid=$(holder_pid hub)
    [[ ! -r $LAB_STATE/amqp-uri ]] || uri=(--amqp-uri-file "$LAB_STATE/amqp-uri")
    (
        exec 9<&-
        join_cgroup hub "$BASHPID"
        exec setsid nsenter --target "$hub_pid" --net -- "$java" -XX:+UseSerialGC -Xmx256m -XX:TieredStopAtLevel=1 \
            -cp "$PROGRAM/*" org.livemigrate.cli.LiveMigrate controller --listen "$HUB_ADDRESS:7070" \
            --broker-listen "$HUB_ADDRESS:5672" --token-file "$TOKEN_FILE" --state "$LAB_STATE/controller/state" \
            --answer-within 2m --silence 5m --paused ${uri[@]+"${uri[@]}"} </dev/null >"$LAB_STATE/controller/log" 2>&1
    ) &
    disown
    await_member hub "$!"
    echo "$!" >"$LAB_STATE/controller/pid"
}

# How many hosts the controller has heard of lately.
ready_hosts() {
    # None is an answer too, and so is none yet.
    { call_controller /v1/nodes 2>/dev/null || true; } | { grep -o '"state":"ready"' || true; } | wc -l
}

require_controller() {
    local pid
    read -r pid <"$LAB_STATE/controller/pid"
    in_cgroup hub "$pid" && [[ $(tr -d '\0' <"/proc/$pid/cmdline") ]] || {
        tail -n 5 "$LAB_STATE/controller/log" >&2
        die "$EXIT_FAILED" "the controller has ended; see above"
    }
}
