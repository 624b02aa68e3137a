/* A Redis under load whose every reply is checked: starts the server, fills it, then reads a key, compares it to the last
 * byte with what was written there last, and writes it anew, over one connection that lasts.
 *
 *   redis-load [--keys N] [--value-bytes N] [--per-second N] [--file PATH] [--socket PATH] -- SERVER ARG...
 *
 * The server must listen on that Unix socket. Not on TCP: from Linux 6.16 on SO_PASSCRED and SO_PASSSEC exist for Unix
 * sockets only, CRIU 4.1 asks every socket for them, and so dumps no container that has a TCP socket
 * (github.com/checkpoint-restore/criu/issues/2705). What was written is known in this process's memory only, so a server that
 * came back with older data is caught. Ten times a second a line "CHECKED WRONG REALTIME_NS" goes to the file. The first
 * wrong reply, and a connection that breaks, end it with status 1: then the container ends too. When there is a file
 * PATH.sweep, every key is read and compared once, and the file becomes PATH.swept.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { NS_PER_S = 1000000000, LARGEST_VALUE = 1 << 20, REPORTS_PER_S = 10, PIPELINED = 64 };

static struct {
    long keys, value_bytes, per_second;
    const char *file, *socket;
    char **server;
} options = {.keys = 65536, .value_bytes = 1000, .per_second = 2000, .file = "/redis", .socket = "/tmp/redis.sock"};

static pid_t server;
static FILE *connection_in;
static int connection;
static int report;
static uint64_t checked;

static int64_t now_ns(clockid_t clock) {
    struct timespec now;
    clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * NS_PER_S + now.tv_nsec;
}

static void tell(int wrong) {
    char line[80];
    int length = snprintf(line, sizeof line, "%llu %d %lld\n", (unsigned long long)checked, wrong,
                          (long long)now_ns(CLOCK_REALTIME));
    if (write(report, line, (size_t)length) != length) {
        exit(1);
    }
}

static void fail(const char *what) {
    fprintf(stderr, "redis-load: %s\n", what);
    tell(1);
    kill(server, SIGKILL);
    exit(1);
}

static long number(const char *option, const char *text, long most) {
    char *end;
    errno = 0;
    long value = strtol(text, &end, 10);
    if (errno || end == text || *end || value < 1 || value > most) {
        fprintf(stderr, "redis-load: %s must be 1 to %ld, not '%s'\n", option, most, text);
        exit(2);
    }
    return value;
}

static void parse(int argc, char **argv) {
    int i = 1;
    for (; i + 1 < argc && strcmp(argv[i], "--"); i += 2) {
        if (!strcmp(argv[i], "--keys")) {
            options.keys = number(argv[i], argv[i + 1], 1L << 30);
        } else if (!strcmp(argv[i], "--value-bytes")) {
            options.value_bytes = number(argv[i], argv[i + 1], LARGEST_VALUE);
        } else if (!strcmp(argv[i], "--per-second")) {
            options.per_second = number(argv[i], argv[i + 1], 1000000);
        } else if (!strcmp(argv[i], "--file")) {
            options.file = argv[i + 1];
        } else if (!strcmp(argv[i], "--socket")) {
            options.socket = argv[i + 1];
        } else {
            fprintf(stderr, "redis-load: unknown option '%s'\n", argv[i]);
            exit(2);
        }
    }
    if (i + 1 >= argc) {
        fprintf(stderr, "usage: redis-load [--keys N] [--value-bytes N] [--per-second N] [--file PATH] [--socket PATH]"
                        " -- SERVER ARG...\n");
        exit(2);
    }
    options.server = argv + i + 1;
}

static void start_server(void) {
    server = fork();
    if (server < 0) {
        perror("redis-load: fork");
        exit(1);
    }
    if (server == 0) {
        int nowhere = open("/dev/null", O_RDWR);
        dup2(nowhere, STDOUT_FILENO);
        execvp(options.server[0], options.server);
        perror("redis-load: cannot run the server");
        _exit(127);
    }
}

static void connect_to_server(void) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(options.socket) >= sizeof address.sun_path) {
        fail("the socket's path is too long");
    }
    strcpy(address.sun_path, options.socket);
    for (int attempt = 0; attempt < 600; attempt++) {
        connection = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (connect(connection, (struct sockaddr *)&address, sizeof address) == 0) {
            connection_in = fdopen(dup(connection), "r");
            return;
        }
        close(connection);
        if (waitpid(server, NULL, WNOHANG) == server) {
            fail("the server has ended");
        }
        usleep(50000);
    }
    fail("the server does not listen on its Unix socket");
}

static void send_all(const char *bytes, size_t length) {
    while (length > 0) {
        ssize_t sent = write(connection, bytes, length);
        if (sent < 0 && errno == EINTR) {
            continue;
        }
        if (sent <= 0) {
            fail("the connection broke while writing");
        }
        bytes += sent;
        length -= (size_t)sent;
    }
}

static void read_all(char *bytes, size_t length) {
    while (length > 0) {
        size_t got = fread(bytes, 1, length, connection_in);
        if (got == 0) {
            if (ferror(connection_in) && errno == EINTR) {
                clearerr(connection_in);
                continue;
            }
            fail("the connection broke while reading");
        }
        bytes += got;
        length -= got;
    }
}

/* What a key holds after so many writes; every byte depends on both. */
static void value_of(long key, uint32_t writes, char *value) {
    uint64_t state = (uint64_t)key * 0x9e3779b97f4a7c15u + writes + 1;
    for (long i = 0; i < options.value_bytes; i++) {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        value[i] = (char)('!' + state % 90);
    }
}

static void ask_set(long key, const char *value) {
    char head[160], name[32];
    int digits = snprintf(name, sizeof name, "key:%ld", key);
    int length = snprintf(head, sizeof head, "*3\r\n$3\r\nSET\r\n$%d\r\n%s\r\n$%ld\r\n", digits, name, options.value_bytes);
    send_all(head, (size_t)length);
    send_all(value, (size_t)options.value_bytes);
    send_all("\r\n", 2);
}

static void check_set(void) {
    char reply[5];
    read_all(reply, sizeof reply);
    if (memcmp(reply, "+OK\r\n", sizeof reply)) {
        fail("SET was not answered with OK");
    }
    checked++;
}

/* Many questions before the first answer is read: one by one it takes minutes on a busy machine. */
static void fill(char *value) {
    for (long key = 0, answered = 0; answered < options.keys;) {
        for (; key < options.keys && key < answered + PIPELINED; key++) {
            value_of(key, 0, value);
            ask_set(key, value);
        }
        for (; answered < key; answered++) {
            check_set();
        }
    }
}

static void get(long key, const char *expected, char *buffer) {
    char line[96], name[32], wanted[32];
    int digits = snprintf(name, sizeof name, "key:%ld", key);
    int length = snprintf(line, sizeof line, "*2\r\n$3\r\nGET\r\n$%d\r\n%s\r\n", digits, name);
    send_all(line, (size_t)length);
    int head = snprintf(wanted, sizeof wanted, "$%ld\r\n", options.value_bytes);
    read_all(buffer, (size_t)head);
    if (memcmp(buffer, wanted, (size_t)head)) {
        fail("GET was answered with another length");
    }
    read_all(buffer, (size_t)options.value_bytes + 2);
    if (memcmp(buffer, expected, (size_t)options.value_bytes) || memcmp(buffer + options.value_bytes, "\r\n", 2)) {
        fail("GET was answered with other data than was written last");
    }
    checked++;
}

static void sweep_when_told(const uint32_t *writes, char *value, char *buffer) {
    static char wanted[4096], done[4096];
    snprintf(wanted, sizeof wanted, "%s.sweep", options.file);
    snprintf(done, sizeof done, "%s.swept", options.file);
    if (access(wanted, F_OK)) {
        return;
    }
    for (long key = 0; key < options.keys; key++) {
        value_of(key, writes[key], value);
        get(key, value, buffer);
    }
    if (rename(wanted, done)) {
        fail("the sweep's file cannot be renamed");
    }
}

int main(int argc, char **argv) {
    parse(argc, argv);
    signal(SIGPIPE, SIG_IGN);
    report = open(options.file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    char *value = malloc((size_t)options.value_bytes), *buffer = malloc((size_t)options.value_bytes + 64);
    uint32_t *writes = calloc((size_t)options.keys, sizeof *writes);
    if (report < 0 || !value || !buffer || !writes) {
        perror("redis-load");
        return 1;
    }
    start_server();
    connect_to_server();
    fill(value);
    uint64_t draw = 1;
    int64_t reported = 0;
    for (;;) {
        draw = draw * 6364136223846793005u + 1442695040888963407u;
        long key = (long)((draw >> 33) % (uint64_t)options.keys);
        value_of(key, writes[key], value);
        get(key, value, buffer);
        value_of(key, ++writes[key], value);
        ask_set(key, value);
        check_set();
        int64_t now = now_ns(CLOCK_MONOTONIC);
        if (now - reported > NS_PER_S / REPORTS_PER_S || now < reported) {
            sweep_when_told(writes, value, buffer);
            tell(0);
            reported = now;
        }
        /* a relative sleep: after a restore elsewhere an absolute one could lie hours ahead */
        struct timespec pause = {.tv_nsec = options.per_second > 1 ? 2 * NS_PER_S / options.per_second : 999999999};
        nanosleep(&pause, NULL);
    }
}
