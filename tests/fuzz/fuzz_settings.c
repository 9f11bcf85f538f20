/* Settings: any bytes give values or complaints, and what was understood is printed and read back the same. */
#include "meok/app.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* No file may be opened by what a fuzzer writes. */
static int
refuse_open(const char *path, int flags, mode_t mode)
{
	(void)path;
	(void)flags;
	(void)mode;
	return -1;
}

static void
require(bool condition)
{
	if (!condition)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	Sys sys = SYS_POSIX;
	sys.open = refuse_open;
	for (SettingsPlace place = SETTINGS_FILE; place <= SETTINGS_SEALED; place++) {
		Settings settings = {0}, again = {0};
		Complaints complaints = {0}, none = {0};
		Str lines = {0};
		require(settings_parse(
			&sys, (StrView){(const char *)data, size}, "fuzz", place, &settings, &complaints, NULL));
		settings_print(&settings, place, &lines);
		require(settings_parse(&sys, str_view(&lines), "printed", place, &again, &none, NULL));
		require(none.len == 0);
		require(sv_equal(str_view(&settings.vault), str_view(&again.vault)));
		require(sv_equal(str_view(&settings.language), str_view(&again.language)));
		require(sv_equal(str_view(&settings.default_site), str_view(&again.default_site)));
		require(sv_equal(str_view(&settings.theme), str_view(&again.theme)));
		require(sv_equal(str_view(&settings.kdf), str_view(&again.kdf)));
		require(settings.binds.len == settings.bind_places.len && settings.binds.len == again.binds.len);
		for (size_t i = 0; i < settings.binds.len; i++) {
			require(sv_equal(str_view(&settings.binds.items[i]), str_view(&again.binds.items[i])));
		}
		settings_free(&settings);
		settings_free(&again);
		complaints_free(&complaints);
		complaints_free(&none);
		str_free(&lines);
	}
	return 0;
}
