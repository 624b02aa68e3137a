/* Preloaded, lets a server that will not run as root believe that it does not. Where a machine's own root lacks
 * CAP_SYS_RESOURCE, as in many a sandbox, CRIU cannot ask for the limits of processes of other users (prlimit(2)) and so
 * dumps no container that has one. */
#include <sys/types.h>

enum { POSTGRES = 999 };

uid_t getuid(void) { return POSTGRES; }
uid_t geteuid(void) { return POSTGRES; }
