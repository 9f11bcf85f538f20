/* Stands in for meok where a test starts it: becomes the program that the link "real" beside it names, with the same
 * arguments, environment and pid, but from then on the observer hears of each of its calls that carries bytes or names
 * out, in all its threads and children. Beside it, "join" is the observer's FIFO.
 *
 * The kernel asks the observer (seccomp_unotify(2)), so nothing is traced: strace works on top of it, and no parent,
 * signal or exit code is other than it would be.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "observed.h"

#define ARGUMENT(n) ((uint32_t)(offsetof(struct seccomp_data, args) + (n) * sizeof(uint64_t))) /* its lower half */

typedef struct Rules {
	struct sock_filter lines[512];
	unsigned short len;
} Rules;

static void
add(Rules *rules, struct sock_filter line)
{
	rules->lines[rules->len++] = line;
}

/* All calls of this number. */
static void
tell(Rules *rules, long number)
{
	add(rules, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)number, 0, 1));
	add(rules, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF));
}

/* Those of which an argument, of the bits of the mask, has this value. */
static void
tell_if(Rules *rules, long number, int argument, uint32_t mask, uint32_t value)
{
	add(rules, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)number, 0, 5));
	add(rules, (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, ARGUMENT(argument)));
	add(rules, (struct sock_filter)BPF_STMT(BPF_ALU | BPF_AND | BPF_K, mask));
	add(rules, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 0, 1));
	add(rules, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF));
	add(rules, (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)));
}

static void
make_rules(Rules *rules)
{
	add(rules, (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)));
	for (size_t i = 0; i < sizeof OBSERVED / sizeof *OBSERVED; i++)
		tell(rules, OBSERVED[i].number);
	/* A file that memory is shared with; bytes put into a terminal's input; the name of a thread. */
	tell_if(rules, SYS_mmap, 3, MAP_SHARED | MAP_ANONYMOUS, MAP_SHARED);
	tell_if(rules, SYS_ioctl, 1, UINT32_MAX, TIOCSTI);
	tell_if(rules, SYS_prctl, 0, UINT32_MAX, PR_SET_NAME);
	add(rules, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW));
}

static long
install(const Rules *rules)
{
	struct sock_fprog program = {.len = rules->len, .filter = (struct sock_filter *)rules->lines};
	return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER,
		SECCOMP_FILTER_FLAG_NEW_LISTENER | SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV, &program);
}

static int
fail(const char *what)
{
	fprintf(stderr, "stand_in: %s: %s\n", what, strerror(errno));
	return 127;
}

int
main(int argc, char **argv)
{
	(void)argc;
	char folder[PATH_MAX], path[PATH_MAX + 8], real[PATH_MAX], line[64];
	ssize_t len = readlink("/proc/self/exe", folder, sizeof folder - 1);
	if (len < 0)
		return fail("/proc/self/exe");
	folder[len] = '\0';
	*strrchr(folder, '/') = '\0';
	snprintf(path, sizeof path, "%s/real", folder);
	len = readlink(path, real, sizeof real - 1);
	if (len < 0)
		return fail(path);
	real[len] = '\0';

	Rules rules = {.len = 0};
	make_rules(&rules);
	snprintf(path, sizeof path, "%s/join", folder);
	int join = open(path, O_WRONLY | O_CLOEXEC);
	if (join < 0)
		return fail(path);
	/* The listener takes the lowest number that is free. Nothing can be said any more once it is there. */
	int next = dup(join);
	close(next);
	int said = snprintf(line, sizeof line, "join %d %d\n", (int)getpid(), next);
	if (write(join, line, (size_t)said) != said)
		return fail(path);
	long listener = install(&rules);
	if (listener < 0 && errno == EACCES && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0)
		listener = install(&rules);
	/* Busy: a program that is observed already has started us. */
	if (listener < 0 && errno != EBUSY)
		return fail("seccomp");
	execv(real, argv);
	return fail(real);
}
