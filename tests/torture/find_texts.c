/* find_texts NEEDLES LOG: which records of an observer's log hold a needle of their own test: a line "RECORD NEEDLE"
 * each, and a last line "records RECORDS BYTES". NEEDLES: test, number, length as 32 bits each, and as many bytes, at
 * least FIND_MIN.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "observed.h"

static void
die(const char *what)
{
	fprintf(stderr, "find_texts: %s: %s\n", what, strerror(errno));
	exit(1);
}

typedef struct Needle {
	const unsigned char *ptr;
	uint32_t test, number, len;
	struct Needle *next; /* with the same hash */
	uint64_t found_in;   /* number of a record + 1 */
} Needle;

enum {
	FIND_MIN = 8,
	TABLE_BITS = 18,
};

typedef struct Table {
	Needle *lists[1 << TABLE_BITS];
} Table;

static uint32_t
hash_of(const unsigned char *at)
{
	uint64_t word;
	memcpy(&word, at, sizeof word);
	return (uint32_t)(word * 0x9E3779B97F4A7C15u >> (64 - TABLE_BITS));
}

static void
find(Table *table, const Record *record, uint64_t number, const unsigned char *data, size_t len)
{
	for (size_t i = 0; i + FIND_MIN <= len; i++)
		for (Needle *needle = table->lists[hash_of(data + i)]; needle != NULL; needle = needle->next)
			if (needle->test == record->test && needle->len <= len - i && needle->found_in != number + 1 &&
				memcmp(needle->ptr, data + i, needle->len) == 0) {
				needle->found_in = number + 1;
				printf("%llu %u\n", (unsigned long long)number, needle->number);
			}
}

typedef struct Bytes {
	unsigned char *ptr;
	size_t len;
} Bytes;

static Bytes
whole(const char *path)
{
	Bytes bytes = {0};
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat status;
	if (fd < 0 || fstat(fd, &status) != 0)
		die(path);
	bytes.len = (size_t)status.st_size;
	if (bytes.len > 0)
		bytes.ptr = mmap(NULL, bytes.len, PROT_READ, MAP_PRIVATE, fd, 0);
	if (bytes.ptr == MAP_FAILED)
		die(path);
	close(fd);
	return bytes;
}

int
main(int argc, char **argv)
{
	if (argc != 3)
		die("find_texts NEEDLES LOG");
	Table *table = calloc(1, sizeof *table);
	Bytes in = whole(argv[1]), records = whole(argv[2]);
	uint32_t head[3];
	if (table == NULL)
		die("memory");
	for (size_t at = 0; at + sizeof head <= in.len; at += sizeof head + head[2]) {
		memcpy(head, in.ptr + at, sizeof head);
		Needle *needle = malloc(sizeof *needle), **list = &table->lists[hash_of(in.ptr + at + sizeof head)];
		if (needle == NULL)
			die("memory");
		*needle = (Needle){in.ptr + at + sizeof head, head[0], head[1], head[2], *list, 0};
		*list = needle;
	}
	uint64_t number = 0, bytes = 0;
	Record record;
	for (size_t at = 0; at + sizeof record <= records.len; number++, bytes += record.len) {
		memcpy(&record, records.ptr + at, sizeof record);
		find(table, &record, number, records.ptr + at + sizeof record + record.where_len, record.len);
		at += sizeof record + record.where_len + record.len;
	}
	printf("records %llu %llu\n", (unsigned long long)number, (unsigned long long)bytes);
	for (size_t i = 0; i < sizeof table->lists / sizeof *table->lists; i++)
		for (Needle *needle = table->lists[i], *next; needle != NULL; needle = next) {
			next = needle->next;
			free(needle);
		}
	free(table);
	return 0;
}
