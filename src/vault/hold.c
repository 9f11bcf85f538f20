/* One meok at a time on a vault, for what two at once would do twice. */
#include "disk.h"
#include "store.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <time.h>

enum { HOLD_TRIES = 200, HOLD_PAUSE_MS = 50 };

/* The folder itself is what is locked: no file is needed for it, and it ends with the process. */
static bool
take_lock(const Sys *sys, int fd, int tries)
{
	const struct timespec pause = {.tv_nsec = HOLD_PAUSE_MS * 1000000L};
	for (int i = 0; i < tries; i++) {
		if (i > 0)
			nanosleep(&pause, NULL);
		if (sys->lock(fd) == 0)
			return true;
		if (errno != EWOULDBLOCK && errno != EINTR)
			return true; /* a file system without locks: there is nothing better */
	}
	return false;
}

/* *fd is the locked folder, -1 when somebody else has it. False when the folder cannot be opened. */
static bool
lock_folder(const Sys *sys, const char *dir, int tries, int *fd, Err *err)
{
	do
		*fd = sys->open(dir, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0);
	while (*fd < 0 && errno == EINTR);
	if (*fd < 0)
		return err_set(err, ERR_FAILED, "cannot open folder %s: %s", dir, strerror(errno));
	if (take_lock(sys, *fd, tries))
		return true;
	sys->close(*fd);
	*fd = -1;
	return true;
}

bool
hold_folder(const Sys *sys, const char *dir, int *fd, Err *err)
{
	if (!lock_folder(sys, dir, HOLD_TRIES, fd, err))
		return false;
	return *fd >= 0 || err_set(err, ERR_FAILED,
				   "another meok is at work in %s: nothing was done, try again when it has ended", dir);
}

/* With the lock, what others wrote until they let go. */
static bool
keep_hold(Vault *vault, int fd, Err *err)
{
	vault->hold = fd;
	vault->held = true;
	if (vault_refresh(vault, err))
		return true;
	vault_release(vault);
	return false;
}

bool
vault_hold(Vault *vault, Err *err)
{
	int fd;
	return hold_folder(vault->sys, str_c(&vault->dir), &fd, err) && keep_hold(vault, fd, err);
}

bool
vault_try_hold(Vault *vault, bool *held, Err *err)
{
	int fd;
	*held = false;
	if (!lock_folder(vault->sys, str_c(&vault->dir), 1, &fd, err))
		return false;
	if (fd < 0)
		return true;
	*held = keep_hold(vault, fd, err);
	return *held;
}

void
vault_release(Vault *vault)
{
	/* Who opens the vault when the folder is free finds it written what became of the slots. */
	if (vault->slots_new) {
		index_slots_known(vault);
		vault_save_index(vault, NULL);
	}
	vault->slots_new = false;
	if (vault->held)
		vault->sys->close(vault->hold);
	vault->held = false;
}

bool
hold_is_taken(const Vault *vault)
{
	int fd;
	if (vault->held || !lock_folder(vault->sys, str_c(&vault->dir), 1, &fd, NULL))
		return false;
	if (fd < 0)
		return true;
	vault->sys->close(fd);
	return false;
}
