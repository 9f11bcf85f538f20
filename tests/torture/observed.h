/* The calls that can carry bytes or names out of a process, and where in their arguments those are. */
#ifndef MEOK_TESTS_OBSERVED_H
#define MEOK_TESTS_OBSERVED_H

#include <stdint.h>
#include <sys/syscall.h>

typedef enum Carries {
	CARRIES_BUFFER,   /* descriptor, buffer or address, length */
	CARRIES_VECTOR,   /* descriptor, iovec, count */
	CARRIES_MESSAGE,  /* descriptor, msghdr */
	CARRIES_MESSAGES, /* descriptor, mmsghdr, count */
	CARRIES_NAME,     /* a path or other name: argument 0 */
	CARRIES_NAME_AT,  /* argument 1 */
	CARRIES_NAMES,    /* arguments 0 and 1 */
	CARRIES_NAMES_AT, /* arguments 1 and 3 */
	CARRIES_LINK_AT,  /* arguments 0 and 2 */
	CARRIES_XATTR,    /* path, name, value, length */
	CARRIES_FXATTR,   /* descriptor, name, value, length */
	CARRIES_KEY,      /* type, description, payload, length */
	CARRIES_PROGRAM,  /* path, argv, environment */
	CARRIES_PROGRAM_AT,
	CARRIES_UNSEEN, /* bytes that nobody can look at here: that it is called is what there is to tell */
} Carries;

typedef struct Observed {
	long number;
	const char *name;
	Carries carries;
} Observed;

/* Of a program, between its arguments and its environment. */
#define END_OF_ARGUMENTS "\x1e"

#define CALL(name, carries)                          \
	{                                            \
		SYS_##name, #name, CARRIES_##carries \
	}

__attribute__((unused)) static const Observed OBSERVED[] = {
	CALL(write, BUFFER),
	CALL(pwrite64, BUFFER),
	CALL(sendto, BUFFER),
	CALL(connect, BUFFER),
	CALL(bind, BUFFER),
	CALL(writev, VECTOR),
	CALL(pwritev, VECTOR),
	CALL(pwritev2, VECTOR),
	CALL(vmsplice, VECTOR),
	CALL(sendmsg, MESSAGE),
	CALL(sendmmsg, MESSAGES),
	CALL(openat, NAME_AT),
	CALL(openat2, NAME_AT),
	CALL(mkdirat, NAME_AT),
	CALL(mknodat, NAME_AT),
	CALL(memfd_create, NAME),
	CALL(renameat, NAMES_AT),
	CALL(renameat2, NAMES_AT),
	CALL(linkat, NAMES_AT),
	CALL(symlinkat, LINK_AT),
#ifdef SYS_open
	CALL(open, NAME),
	CALL(creat, NAME),
	CALL(mkdir, NAME),
	CALL(mknod, NAME),
	CALL(rename, NAMES),
	CALL(link, NAMES),
	CALL(symlink, NAMES),
#endif
	CALL(setxattr, XATTR),
	CALL(lsetxattr, XATTR),
	CALL(fsetxattr, FXATTR),
	CALL(add_key, KEY),
	CALL(execve, PROGRAM),
	CALL(execveat, PROGRAM_AT),
	CALL(splice, UNSEEN),
	CALL(tee, UNSEEN),
	CALL(sendfile, UNSEEN),
	CALL(copy_file_range, UNSEEN),
	CALL(process_vm_writev, UNSEEN),
	CALL(io_uring_setup, UNSEEN),
	CALL(io_submit, UNSEEN),
	CALL(shmget, UNSEEN),
	CALL(msgsnd, UNSEEN),
	CALL(mq_timedsend, UNSEEN),
};

#undef CALL

/* One call, in the observer's log; followed by where the bytes go and by the bytes. */
typedef struct Record {
	uint32_t test, watch, pid;
	int32_t number, fd;
	uint32_t where_len, len;
} Record;

#endif
