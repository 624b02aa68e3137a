/*
 * ticker: the probe that lives inside a container and lets an observer prove what a migration did to it.
 *
 *   ticker [--interval-ms N] [--file PATH] [--rotate-bytes N]
 *          [--memory SIZE [--dirty-per-second FRACTION]] [-- WORKLOAD ARG...]
 *
 * It keeps a counter and a random nonce in memory only. A process that was restarted instead of restored has
 * another nonce; a process that was restored twice from one image repeats counts; a process that was rolled
 * back loses none. Each tick appends one line of text to PATH with a single write():
 *
 *   NONCE COUNT REALTIME_NS\n        16 hex digits, decimal, decimal nanoseconds since the epoch
 *
 * The file lies in the container's own writable layer on purpose: it travels with the root file system's
 * difference, and since write() is synchronous it agrees with the dumped memory. Standard output would pass
 * through conmon, which may hold bytes back when the container freezes.
 *
 * Growth: about 45 bytes a tick, so 9 kB/s at the default 5 ms. When PATH would exceed --rotate-bytes (default
 * 64 MiB, about two hours) it is renamed to PATH.1, replacing the older one; 0 turns that off.
 *
 * The workload runs as a child in the same container and is ended by SIGTERM together with the ticker. When
 * the workload ends by itself the ticker ends too, with the workload's exit status (128 + signal if killed).
 *
 * Exit status: 0 after SIGTERM or SIGINT, 1 on a system error, 2 on bad arguments, else the workload's.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { NS_PER_MS = 1000000, NS_PER_S = 1000000000, PAGE = 4096 };

struct options {
    int64_t interval_ns;
    const char *file;
    int64_t rotate_bytes;
    int64_t memory_bytes;
    double dirty_per_second;
    char **workload; /* NULL-terminated, or NULL */
};

struct memory {
    unsigned char *bytes;
    size_t pages;
    size_t next;      /* the next page to rewrite, in a ring */
    double per_tick;  /* pages to rewrite a tick */
    double owed;      /* fraction of a page carried to the next tick */
    unsigned char value;
};

static volatile sig_atomic_t stop_requested;

static void request_stop(int signal_number) {
    (void)signal_number;
    stop_requested = 1;
}

static void fail(const char *what) {
    fprintf(stderr, "ticker: %s: %s\n", what, strerror(errno));
    exit(1);
}

static void usage(const char *problem, const char *value) {
    fprintf(stderr, "ticker: %s: %s\n", problem, value);
    fprintf(stderr,
            "usage: ticker [--interval-ms N] [--file PATH] [--rotate-bytes N]\n"
            "              [--memory SIZE [--dirty-per-second FRACTION]] [-- WORKLOAD ARG...]\n"
            "SIZE takes the suffixes K, M and G (powers of 1024).\n");
    exit(2);
}

/* A decimal number with an optional K, M or G; anything else is bad usage. */
static int64_t parse_size(const char *option, const char *text) {
    char *end;
    errno = 0;
    long long value = strtoll(text, &end, 10);
    int shift = 0;
    if (*end == 'K' || *end == 'M' || *end == 'G') {
        shift = *end == 'K' ? 10 : *end == 'M' ? 20 : 30;
        end++;
    }
    if (errno || end == text || *end || value < 0 || value > (INT64_MAX >> shift)) {
        usage(option, text);
    }
    return (int64_t)value << shift;
}

static double parse_fraction(const char *option, const char *text) {
    char *end;
    errno = 0;
    double value = strtod(text, &end);
    if (errno || end == text || *end || !(value >= 0 && value <= 1000)) {
        usage(option, text);
    }
    return value;
}

static struct options parse(int argc, char **argv) {
    struct options options = {.interval_ns = 5 * NS_PER_MS, .file = "/ticks", .rotate_bytes = 64LL << 20};
    for (int i = 1; i < argc; i++) {
        const char *name = argv[i];
        if (!strcmp(name, "--")) {
            options.workload = argv[i + 1] ? argv + i + 1 : NULL;
            break;
        }
        const char *value = argv[i + 1];
        if (!value) {
            usage("unknown argument, or one without a value", name);
        }
        i++;
        if (!strcmp(name, "--interval-ms")) {
            options.interval_ns = parse_size(name, value) * NS_PER_MS;
            if (options.interval_ns <= 0 || options.interval_ns > 60LL * NS_PER_S) {
                usage("--interval-ms must be between 1 and 60000", value);
            }
        } else if (!strcmp(name, "--file")) {
            options.file = value;
        } else if (!strcmp(name, "--rotate-bytes")) {
            options.rotate_bytes = parse_size(name, value);
        } else if (!strcmp(name, "--memory")) {
            options.memory_bytes = parse_size(name, value);
        } else if (!strcmp(name, "--dirty-per-second")) {
            options.dirty_per_second = parse_fraction(name, value);
        } else {
            usage("unknown option", name);
        }
    }
    if (options.dirty_per_second > 0 && options.memory_bytes == 0) {
        usage("--dirty-per-second needs", "--memory");
    }
    return options;
}

static struct memory hold_memory(const struct options *options) {
    struct memory memory = {.pages = (size_t)((options->memory_bytes + PAGE - 1) / PAGE)};
    if (memory.pages == 0) {
        return memory;
    }
    memory.bytes = mmap(NULL, memory.pages * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory.bytes == MAP_FAILED) {
        fail("cannot hold the memory asked for");
    }
    /* Bytes that do not compress to nothing, so that compressed and plain checkpoints differ as they do for
     * real data; a page of zeroes would not even be dumped. */
    uint64_t state = 0x9e3779b97f4a7c15u;
    for (size_t i = 0; i < memory.pages * PAGE; i += sizeof state) {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        memcpy(memory.bytes + i, &state, sizeof state);
    }
    memory.per_tick = (double)memory.pages * options->dirty_per_second * (double)options->interval_ns / NS_PER_S;
    return memory;
}

/* Spreads the rewriting evenly over the ticks. After a freeze it goes on at its pace: it never catches up. */
static void dirty(struct memory *memory) {
    memory->owed += memory->per_tick;
    size_t pages = (size_t)memory->owed;
    memory->owed -= (double)pages;
    for (size_t i = 0; i < pages; i++) {
        memory->bytes[memory->next * PAGE] = memory->value;
        memory->next++;
        if (memory->next == memory->pages) {
            memory->next = 0;
            memory->value++;
        }
    }
}

static int open_ticks(const char *path) {
    int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    if (fd < 0) {
        fail(path);
    }
    return fd;
}

static int rotate(int fd, const char *path) {
    char older[4096];
    if (snprintf(older, sizeof older, "%s.1", path) >= (int)sizeof older) {
        errno = ENAMETOOLONG;
        fail(path);
    }
    if (rename(path, older) != 0) {
        fail(older);
    }
    close(fd);
    return open_ticks(path);
}

static pid_t start(char **workload) {
    if (!workload) {
        return -1;
    }
    pid_t child = fork();
    if (child < 0) {
        fail("fork");
    }
    if (child == 0) {
        setpgid(0, 0); /* its own group, so that the workload's children end with it */
        execvp(workload[0], workload);
        fprintf(stderr, "ticker: cannot run %s: %s\n", workload[0], strerror(errno));
        _exit(127);
    }
    setpgid(child, child); /* whichever of the two comes first */
    return child;
}

/* True when the workload has ended; orphans that fell to us as pid 1 are reaped on the way. */
static bool workload_ended(pid_t child, int *exit_status) {
    int status;
    pid_t ended;
    bool over = false;
    while ((ended = waitpid(-1, &status, WNOHANG)) > 0) {
        if (ended == child) {
            *exit_status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
            over = true;
        }
    }
    return over;
}

static void end_workload(pid_t child) {
    if (child <= 0) {
        return;
    }
    kill(-child, SIGTERM);
    kill(-child, SIGCONT);
    for (int waited_ms = 0; waited_ms < 1000; waited_ms += 10) {
        if (waitpid(child, NULL, WNOHANG) != 0) {
            return;
        }
        usleep(10000);
    }
    kill(-child, SIGKILL);
    waitpid(child, NULL, 0);
}

static struct timespec after(struct timespec time, int64_t ns) {
    int64_t total = time.tv_nsec + ns;
    time.tv_sec += total / NS_PER_S;
    time.tv_nsec = total % NS_PER_S;
    return time;
}

static int64_t until(struct timespec time) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)(time.tv_sec - now.tv_sec) * NS_PER_S + (time.tv_nsec - now.tv_nsec);
}

/* Sleeps until one interval after the last deadline, and makes that the deadline.
 *
 * Deadlines are absolute, so the pace does not drift. One that was missed (throttled, frozen, moved) is dropped,
 * not made up for by a burst that would distort the intervals after it. The sleep itself is relative: after a
 * restore on a machine that booted later, an absolute one could lie hours ahead. */
static void await(struct timespec *deadline, int64_t interval_ns) {
    *deadline = after(*deadline, interval_ns);
    int64_t remaining;
    while ((remaining = until(*deadline)) > 0 && remaining <= interval_ns && !stop_requested) {
        struct timespec pause = {.tv_sec = remaining / NS_PER_S, .tv_nsec = remaining % NS_PER_S};
        nanosleep(&pause, NULL);
    }
    if (remaining < -interval_ns || remaining > interval_ns) {
        clock_gettime(CLOCK_MONOTONIC, deadline);
    }
}

int main(int argc, char **argv) {
    struct options options = parse(argc, argv);
    struct sigaction action = {.sa_handler = request_stop};
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGINT, &action, NULL);

    uint64_t nonce;
    if (getrandom(&nonce, sizeof nonce, 0) != sizeof nonce) {
        fail("getrandom");
    }
    struct memory memory = hold_memory(&options);
    int fd = open_ticks(options.file);
    struct stat found;
    int64_t written = fstat(fd, &found) == 0 ? (int64_t)found.st_size : 0;
    pid_t child = start(options.workload);
    int workload_status = 0;
    uint64_t count = 0;
    struct timespec deadline;
    clock_gettime(CLOCK_MONOTONIC, &deadline);

    while (!stop_requested) {
        struct timespec now;
        char line[80];
        clock_gettime(CLOCK_REALTIME, &now);
        int length = snprintf(line, sizeof line, "%016llx %llu %lld%09ld\n", (unsigned long long)nonce,
                              (unsigned long long)++count, (long long)now.tv_sec, now.tv_nsec);
        if (options.rotate_bytes > 0 && written + length > options.rotate_bytes) {
            fd = rotate(fd, options.file);
            written = 0;
        }
        if (write(fd, line, (size_t)length) != length) {
            fail(options.file);
        }
        written += length;
        if (memory.pages > 0) {
            dirty(&memory);
        }
        if (workload_ended(child, &workload_status)) {
            return workload_status;
        }
        await(&deadline, options.interval_ns);
    }
    end_workload(child);
    return 0;
}
