/* A file system in memory that knows what of it would survive power loss. */
#include "crash_fs.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The table of calls has no argument for it. */
static CrashFs *current;

void *
crash_must(void *ptr)
{
	if (ptr == NULL)
		abort();
	return ptr;
}

uint64_t
crash_random_step(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state * 0x2545F4914F6CDD1DULL;
}

/* ---- Blobs */

Blob *
crash_blob_new(const uint8_t *bytes, size_t len)
{
	Blob *blob = crash_must(calloc(1, sizeof *blob));
	blob->refs = 1;
	blob->len = blob->cap = len;
	blob->bytes = crash_must(malloc(len + 1));
	if (len > 0)
		memcpy(blob->bytes, bytes, len);
	return blob;
}

Blob *
crash_blob_share(Blob *blob)
{
	blob->refs++;
	return blob;
}

void
crash_blob_drop(Blob *blob)
{
	if (blob == NULL || --blob->refs > 0)
		return;
	free(blob->bytes);
	free(blob);
}

/* One that nobody else sees, with room for `size` bytes. */
static void
blob_own(Blob **blob, size_t size)
{
	if ((*blob)->refs > 1) {
		Blob *copy = crash_blob_new((*blob)->bytes, (*blob)->len);
		crash_blob_drop(*blob);
		*blob = copy;
	}
	if (size <= (*blob)->cap)
		return;
	(*blob)->cap = size * 2;
	(*blob)->bytes = crash_must(realloc((*blob)->bytes, (*blob)->cap));
}

void
crash_blob_resize(Blob **blob, size_t size)
{
	blob_own(blob, size);
	if (size > (*blob)->len)
		memset((*blob)->bytes + (*blob)->len, 0, size - (*blob)->len);
	(*blob)->len = size;
}

/* ---- Nodes */

int
crash_node_new(CrashFs *fs, bool folder)
{
	fs->nodes = crash_must(array_grow(fs->nodes, fs->len, &fs->cap, sizeof *fs->nodes));
	Node *node = &fs->nodes[fs->len];
	*node = (Node){.folder = folder, .locked_by = -1};
	if (!folder) {
		node->live = crash_blob_new(NULL, 0);
		node->durable = crash_blob_share(node->live);
	}
	return (int)fs->len++;
}

static void
forget_pending(Node *node)
{
	for (size_t i = 0; i < node->pending_len; i++)
		free(node->pending[i].bytes);
	node->pending_len = 0;
}

static void
node_free(Node *node)
{
	forget_pending(node);
	free(node->pending);
	for (size_t i = 0; i < node->name_len; i++)
		free(node->names[i].past);
	free(node->names);
	crash_blob_drop(node->live);
	crash_blob_drop(node->durable);
}

CrashFs *
crash_new(uint64_t seed)
{
	CrashFs *fs = crash_must(calloc(1, sizeof *fs));
	fs->random = seed * 0x9E3779B97F4A7C15ULL + 1;
	fs->now = 1600000000000;
	crash_node_new(fs, true);
	return fs;
}

void
crash_free(CrashFs *fs)
{
	if (fs == NULL)
		return;
	for (size_t i = 0; i < fs->len; i++)
		node_free(&fs->nodes[i]);
	free(fs->nodes);
	free(fs);
}

CrashFs *
crash_use(CrashFs *fs)
{
	CrashFs *before = current;
	current = fs;
	return before;
}

void
crash_watch(CrashFs *fs, void (*changed)(void *data), void *data)
{
	fs->changed = changed;
	fs->data = data;
}

void
crash_pass_time(CrashFs *fs, int64_t ms)
{
	fs->now += ms;
}

static void
changed(CrashFs *fs)
{
	if (fs->changed != NULL)
		fs->changed(fs->data);
}

/* ---- Names */

static Name *
find_name(const Node *folder, const char *text)
{
	for (size_t i = 0; i < folder->name_len; i++) {
		if (strcmp(folder->names[i].text, text) == 0)
			return &folder->names[i];
	}
	return NULL;
}

static int
meaning(const Node *folder, const char *text)
{
	const Name *name = find_name(folder, text);
	return name == NULL ? -1 : name->live;
}

Name *
crash_add_name(Node *folder, const char *text)
{
	folder->names =
		crash_must(array_grow(folder->names, folder->name_len, &folder->name_cap, sizeof *folder->names));
	Name *name = &folder->names[folder->name_len++];
	*name = (Name){.live = -1, .durable = -1};
	snprintf(name->text, sizeof name->text, "%s", text);
	return name;
}

static void
set_name(Node *folder, const char *text, int node)
{
	Name *name = find_name(folder, text);
	if (name == NULL)
		name = crash_add_name(folder, text);
	name->past = crash_must(array_grow(name->past, name->past_len, &name->past_cap, sizeof *name->past));
	name->past[name->past_len++] = node;
	name->live = node;
}

/* The folder that a path stands in, and its last name. False with errno. */
static bool
walk(const CrashFs *fs, const char *path, int *folder, char last[NAME_MAX_BYTES])
{
	int at = 0;
	last[0] = '\0';
	for (const char *p = path; *p != '\0';) {
		while (*p == '/')
			p++;
		size_t len = strcspn(p, "/");
		if (len == 0)
			break;
		if (len >= NAME_MAX_BYTES) {
			errno = ENAMETOOLONG;
			return false;
		}
		if (last[0] != '\0') {
			at = meaning(&fs->nodes[at], last);
			if (at < 0 || !fs->nodes[at].folder) {
				errno = at < 0 ? ENOENT : ENOTDIR;
				return false;
			}
		}
		memcpy(last, p, len);
		last[len] = '\0';
		p += len;
	}
	*folder = at;
	return true;
}

/* The node of a path; -1 with errno. */
static int
look(const CrashFs *fs, const char *path)
{
	int folder;
	char last[NAME_MAX_BYTES];
	if (!walk(fs, path, &folder, last))
		return -1;
	if (last[0] == '\0')
		return folder;
	int node = meaning(&fs->nodes[folder], last);
	if (node < 0)
		errno = ENOENT;
	return node;
}

/* ---- The calls */

static Open *
open_of(int fd)
{
	if (fd < 0 || fd >= FDS || !current->open[fd].used)
		abort(); /* a descriptor that is not open is a fault of the program under test */
	return &current->open[fd];
}

static int
crash_open(const char *path, int flags, mode_t mode)
{
	(void)mode;
	CrashFs *fs = current;
	int folder, fd = 0;
	char last[NAME_MAX_BYTES];
	while (fd < FDS && fs->open[fd].used)
		fd++;
	if (fd == FDS) {
		errno = EMFILE;
		return -1;
	}
	int node = look(fs, path);
	bool fresh = node < 0 && errno == ENOENT && (flags & O_CREAT) != 0 && walk(fs, path, &folder, last);
	if (node < 0 && !fresh)
		return -1;
	if (fresh) {
		node = crash_node_new(fs, false);
		set_name(&fs->nodes[folder], last, node);
	} else if ((flags & O_CREAT) != 0 && (flags & O_EXCL) != 0) {
		errno = EEXIST;
		return -1;
	} else if (fs->nodes[node].folder ? (flags & O_ACCMODE) != O_RDONLY : (flags & O_DIRECTORY) != 0) {
		errno = fs->nodes[node].folder ? EISDIR : ENOTDIR;
		return -1;
	}
	fs->open[fd] = (Open){.used = true, .node = node, .flags = flags};
	snprintf(fs->open[fd].path, sizeof fs->open[fd].path, "%s", path);
	if (!fresh && (flags & O_TRUNC) != 0 && CRASH_SYS.truncate(fd, 0) != 0)
		abort();
	if (fresh)
		changed(fs);
	return fd;
}

static ssize_t
crash_pread(int fd, void *buffer, size_t size, off_t offset)
{
	const Blob *blob = current->nodes[open_of(fd)->node].live;
	if (blob == NULL) {
		errno = EISDIR;
		return -1;
	}
	size_t from = (size_t)offset < blob->len ? (size_t)offset : blob->len;
	size_t len = blob->len - from < size ? blob->len - from : size;
	memcpy(buffer, blob->bytes + from, len);
	return (ssize_t)len;
}

static ssize_t
crash_read(int fd, void *buffer, size_t size)
{
	ssize_t got = crash_pread(fd, buffer, size, (off_t)open_of(fd)->at);
	if (got > 0)
		open_of(fd)->at += (size_t)got;
	return got;
}

static void
add_pending(Node *node, size_t offset, const void *bytes, size_t len)
{
	node->pending =
		crash_must(array_grow(node->pending, node->pending_len, &node->pending_cap, sizeof *node->pending));
	Pending pending = {.offset = offset, .len = len, .size = node->live->len};
	if (len > 0) {
		pending.bytes = crash_must(malloc(len));
		memcpy(pending.bytes, bytes, len);
	}
	node->pending[node->pending_len++] = pending;
}

static ssize_t
crash_write(int fd, const void *buffer, size_t size)
{
	Open *open = open_of(fd);
	Node *node = &current->nodes[open->node];
	if ((open->flags & O_APPEND) != 0)
		open->at = node->live->len;
	size_t end = open->at + size;
	if (end > node->live->len)
		crash_blob_resize(&node->live, end);
	else
		blob_own(&node->live, end);
	memcpy(node->live->bytes + open->at, buffer, size);
	add_pending(node, open->at, buffer, size);
	open->at = end;
	changed(current);
	return (ssize_t)size;
}

static int
set_size(int fd, size_t size)
{
	Node *node = &current->nodes[open_of(fd)->node];
	crash_blob_resize(&node->live, size);
	add_pending(node, 0, NULL, 0);
	changed(current);
	return 0;
}

static int
crash_allocate(int fd, off_t size)
{
	return (size_t)size <= current->nodes[open_of(fd)->node].live->len ? 0 : set_size(fd, (size_t)size);
}

static int
crash_truncate(int fd, off_t size)
{
	return set_size(fd, (size_t)size);
}

static int
crash_sync(int fd)
{
	Node *node = &current->nodes[open_of(fd)->node];
	bool news = node->pending_len > 0;
	for (size_t i = 0; i < node->name_len; i++) {
		news = news || node->names[i].past_len > 0;
		node->names[i].durable = node->names[i].live;
		node->names[i].past_len = 0;
	}
	if (!node->folder) {
		forget_pending(node);
		crash_blob_drop(node->durable);
		node->durable = crash_blob_share(node->live);
	}
	if (news)
		changed(current);
	return 0;
}

static int
crash_lock(int fd)
{
	Node *node = &current->nodes[open_of(fd)->node];
	if (node->locked_by >= 0 && node->locked_by != fd) {
		errno = EWOULDBLOCK;
		return -1;
	}
	node->locked_by = fd;
	return 0;
}

static int
crash_close(int fd)
{
	Open *open = open_of(fd);
	if (current->nodes[open->node].locked_by == fd)
		current->nodes[open->node].locked_by = -1;
	open->used = false;
	return 0;
}

static _Thread_local char renamed[PATH_BYTES];

const char *
crash_renamed(void)
{
	return renamed;
}

static int
rename_to(const char *from, const char *to, bool replace)
{
	CrashFs *fs = current;
	int from_folder, to_folder;
	char from_last[NAME_MAX_BYTES], to_last[NAME_MAX_BYTES];
	if (!walk(fs, from, &from_folder, from_last) || !walk(fs, to, &to_folder, to_last))
		return -1;
	int node = meaning(&fs->nodes[from_folder], from_last), there = meaning(&fs->nodes[to_folder], to_last);
	if (node < 0 || (there >= 0 && !replace)) {
		errno = node < 0 ? ENOENT : EEXIST;
		return -1;
	}
	if (fs->changed != NULL)
		snprintf(renamed, sizeof renamed, "%s", to);
	set_name(&fs->nodes[to_folder], to_last, node);
	set_name(&fs->nodes[from_folder], from_last, -1);
	changed(fs);
	return 0;
}

static int
crash_rename_new(const char *from, const char *to)
{
	return rename_to(from, to, false);
}

static int
crash_rename_over(const char *from, const char *to)
{
	return rename_to(from, to, true);
}

static int
crash_unlink(const char *path)
{
	int folder, node = look(current, path);
	char last[NAME_MAX_BYTES];
	if (node < 0 || !walk(current, path, &folder, last))
		return -1;
	if (current->nodes[node].folder) {
		errno = EISDIR;
		return -1;
	}
	set_name(&current->nodes[folder], last, -1);
	changed(current);
	return 0;
}

static int
crash_make_dir(const char *path, mode_t mode)
{
	(void)mode;
	int folder;
	char last[NAME_MAX_BYTES];
	if (!walk(current, path, &folder, last))
		return -1;
	if (last[0] == '\0' || meaning(&current->nodes[folder], last) >= 0) {
		errno = EEXIST;
		return -1;
	}
	int node = crash_node_new(current, true);
	set_name(&current->nodes[folder], last, node);
	changed(current);
	return 0;
}

static bool
crash_list_dir(const char *path, StrList *names)
{
	int node = look(current, path);
	if (node < 0)
		return false;
	const Node *folder = &current->nodes[node];
	if (!folder->folder) {
		errno = ENOTDIR;
		return false;
	}
	for (size_t i = 0; i < folder->name_len; i++) {
		if (folder->names[i].live >= 0)
			list_append(names, sv(folder->names[i].text));
	}
	return !names->failed;
}

static int
crash_stat_size(const char *path, off_t *size, bool *is_dir)
{
	int node = look(current, path);
	if (node < 0)
		return -1;
	if (size != NULL)
		*size = current->nodes[node].folder ? 4096 : (off_t)current->nodes[node].live->len;
	if (is_dir != NULL)
		*is_dir = current->nodes[node].folder;
	return 0;
}

static int64_t
crash_now_ms(void)
{
	return current->now += 7;
}

static void
crash_random(void *buffer, size_t size)
{
	for (size_t i = 0; i < size; i++)
		((uint8_t *)buffer)[i] = (uint8_t)(crash_random_step(&current->random) >> 56);
}

/* Nothing here may only be read. */
static int
crash_may_write(const char *path)
{
	(void)path;
	return 0;
}

const Sys CRASH_SYS = {
	.open = crash_open,
	.read = crash_read,
	.pread = crash_pread,
	.write = crash_write,
	.allocate = crash_allocate,
	.truncate = crash_truncate,
	.sync = crash_sync,
	.sync_data = crash_sync,
	.lock = crash_lock,
	.close = crash_close,
	.rename_new = crash_rename_new,
	.rename_over = crash_rename_over,
	.unlink = crash_unlink,
	.make_dir = crash_make_dir,
	.list_dir = crash_list_dir,
	.stat_size = crash_stat_size,
	.may_write = crash_may_write,
	.now_ms = crash_now_ms,
	.random = crash_random,
};

bool
crash_is_folder(int fd)
{
	return current->nodes[open_of(fd)->node].folder;
}

const char *
crash_path(int fd)
{
	return open_of(fd)->path;
}

/* ---- Looking */

static uint64_t
mix(uint64_t hash, const void *bytes, size_t len)
{
	const uint8_t *at = bytes;
	for (; len >= 8; len -= 8, at += 8) {
		uint64_t word;
		memcpy(&word, at, 8);
		hash = (hash ^ word) * 0x9FB21C651E98DF25ULL;
		hash ^= hash >> 29;
	}
	for (size_t i = 0; i < len; i++)
		hash = (hash ^ at[i]) * 0x100000001B3ULL;
	return hash ^ hash >> 32;
}

static uint64_t
hash_node(const CrashFs *fs, int number, const char *without)
{
	const Node *node = &fs->nodes[number];
	if (!node->folder)
		return mix(node->live->len + 1, node->live->bytes, node->live->len);
	/* The order of names means nothing. */
	uint64_t sum = 0x1234567;
	for (size_t i = 0; i < node->name_len; i++) {
		const Name *name = &node->names[i];
		if (name->live < 0 || (without != NULL && strcmp(name->text, without) == 0))
			continue;
		uint64_t child = hash_node(fs, name->live, without);
		sum += mix(child, name->text, strlen(name->text)) | 1;
	}
	return sum;
}

uint64_t
crash_hash(const CrashFs *fs, const char *without)
{
	return hash_node(fs, 0, without);
}

bool
crash_has(const CrashFs *fs, const char *path)
{
	return look(fs, path) >= 0;
}

const uint8_t *
crash_bytes(const CrashFs *fs, const char *path, size_t *len)
{
	int node = look(fs, path);
	if (node < 0 || fs->nodes[node].folder)
		return NULL;
	*len = fs->nodes[node].live->len;
	return fs->nodes[node].live->bytes;
}

void
crash_set_bytes(CrashFs *fs, const char *path, const uint8_t *bytes, size_t len)
{
	int number = look(fs, path);
	if (number < 0 || fs->nodes[number].folder)
		abort();
	Node *node = &fs->nodes[number];
	Blob *blob = crash_blob_new(bytes, len);
	forget_pending(node);
	crash_blob_drop(node->live);
	crash_blob_drop(node->durable);
	node->live = blob;
	node->durable = crash_blob_share(blob);
}

void
crash_flip(CrashFs *fs, const char *path, uint64_t bit)
{
	int number = look(fs, path);
	if (number < 0 || fs->nodes[number].folder || bit / 8 >= fs->nodes[number].live->len)
		abort();
	Node *node = &fs->nodes[number];
	crash_blob_drop(node->durable);
	blob_own(&node->live, node->live->len);
	node->live->bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
	node->durable = crash_blob_share(node->live);
}

static void
each_in(const CrashFs *fs, int number, char *path, size_t len, void (*each)(const char *path, void *data), void *data)
{
	const Node *node = &fs->nodes[number];
	if (!node->folder) {
		each(path, data);
		return;
	}
	for (size_t i = 0; i < node->name_len; i++) {
		const Name *name = &node->names[i];
		if (name->live < 0)
			continue;
		int added = snprintf(path + len, PATH_BYTES - len, "/%s", name->text);
		each_in(fs, name->live, path, len + (size_t)added, each, data);
		path[len] = '\0';
	}
}

void
crash_each(const CrashFs *fs, void (*each)(const char *path, void *data), void *data)
{
	char path[PATH_BYTES] = "";
	each_in(fs, 0, path, 0, each, data);
}
