/* YAML front matter and body for hugo, and what hugo's configuration says. */
#include "hugo.h"

#include <string.h>
#include <strings.h>

const char *const HUGO_CONFIG_NAMES[HUGO_CONFIGS] = {"hugo.toml", "hugo.yaml", "hugo.yml", "hugo.json", "config.toml",
	"config.yaml", "config.yml", "config.json", "config/_default/hugo.toml", "config/_default/hugo.yaml",
	"config/_default/hugo.yml", "config/_default/hugo.json", "config/_default/config.toml",
	"config/_default/config.yaml", "config/_default/config.yml", "config/_default/config.json"};

/* ---- Front matter */

/* YAML 1.2 lets these stand unescaped in a double-quoted scalar; the line separators among them are left out on
 * purpose. */
static bool
stands_in_yaml(uint32_t rune)
{
	if (rune < 0xa0)
		return rune >= 0x20 && rune < 0x7f;
	return rune != 0x2028 && rune != 0x2029 && rune != 0xfeff && !(rune >= 0x202a && rune <= 0x202e) &&
	       !(rune >= 0x2066 && rune <= 0x2069) && (rune & 0xfffe) != 0xfffe;
}

void
hugo_quote(StrView text, Str *out)
{
	str_append_byte(out, '"');
	for (size_t pos = 0, len; pos < text.len; pos += len) {
		uint32_t rune = unicode_rune(text, pos, &len);
		if (rune == '"' || rune == '\\') {
			str_append_byte(out, '\\');
			str_append_byte(out, (char)rune);
		} else if (rune == '\n' || rune == '\t') {
			str_append_c(out, rune == '\n' ? "\\n" : "\\t");
		} else if (stands_in_yaml(rune)) {
			str_append_rune(out, rune);
		} else {
			str_printf(out, rune > 0xffff ? "\\U%08X" : "\\u%04X", (unsigned)rune);
		}
	}
	str_append_byte(out, '"');
}

static void
put_text(const char *key, StrView value, Str *out)
{
	str_printf(out, "%s: ", key);
	hugo_quote(value, out);
	str_append_byte(out, '\n');
}

static void
put_list(const char *key, const StrList *values, Str *out)
{
	str_printf(out, "%s:\n", key);
	for (size_t i = 0; i < values->len; i++) {
		str_append_c(out, "  - ");
		hugo_quote(str_view(&values->items[i]), out);
		str_append_byte(out, '\n');
	}
}

static void
put_time(const char *key, int64_t ms, Str *out)
{
	Str time = {0};
	time_local(ms, &time);
	str_printf(out, "%s: %s\n", key, str_c(&time));
	out->failed = out->failed || time.failed;
	str_free(&time);
}

static void
put_work(const Entry *entry, Str *out)
{
	static const char *const TAXONOMIES[] = {"categories", "series"};
	for (size_t i = 0; i < 2; i++) {
		str_printf(out, "%s:\n  - ", TAXONOMIES[i]);
		hugo_quote(str_view(&entry->work), out);
		str_append_byte(out, '\n');
		if (entry->chapter > 0)
			str_printf(out, "%s_weight: %lu\n", TAXONOMIES[i], (unsigned long)entry->chapter);
	}
	if (entry->chapter > 0)
		str_printf(out, "series_order: %lu\n", (unsigned long)entry->chapter);
}

bool
hugo_page(const Entry *entry, StrView markdown, Str *out, Err *err)
{
	str_append_c(out, "---\n");
	put_text("title", str_view(&entry->title), out);
	if (entry->subtitle.len > 0) {
		put_text("subtitle", str_view(&entry->subtitle), out);
		put_text("description", str_view(&entry->subtitle), out);
	}
	put_time("date", entry->date_ms, out);
	put_time("lastmod", entry->updated_ms, out);
	put_text("slug", str_view(&entry->slug), out);
	if (entry->author.len > 0)
		put_text("author", str_view(&entry->author), out);
	if (entry->keywords.len > 0)
		put_list("tags", &entry->keywords, out);
	if (entry->work.len > 0)
		put_work(entry, out);
	if (entry->comments != SITE_COMMENTS_DEFAULT)
		str_printf(out, "comments: %s\n", entry->comments == SITE_COMMENTS_OPEN ? "true" : "false");
	str_printf(out, "draft: %s\n", entry->draft ? "true" : "false");
	str_append_c(out, "---\n\n");
	hugo_body(markdown, out);
	return str_ok(out, err);
}

/* ---- Body */

typedef struct Fence {
	char mark; /* 0: outside */
	size_t len;
} Fence;

static StrView
without_indent(StrView line)
{
	size_t blanks = 0;
	while (blanks < line.len && line.ptr[blanks] == ' ')
		blanks++;
	return blanks > 3 ? (StrView){0} : sv_slice(line, blanks, line.len);
}

static bool
follow_fence(Fence *fence, StrView line)
{
	StrView text = without_indent(line);
	size_t run = 0;
	if (text.len > 0 && (text.ptr[0] == '`' || text.ptr[0] == '~'))
		while (run < text.len && text.ptr[run] == text.ptr[0])
			run++;
	StrView info = sv_trim(sv_slice(text, run, text.len));
	if (fence->mark == 0) {
		if (run < 3 || (text.ptr[0] == '`' && memchr(info.len ? info.ptr : "", '`', info.len) != NULL))
			return false;
		*fence = (Fence){text.ptr[0], run};
	} else if (run >= fence->len && text.ptr[0] == fence->mark && info.len == 0) {
		*fence = (Fence){0};
	}
	return true;
}

/* The length of what stands before the text: quotation marks and blanks. */
static size_t
prefix_len(StrView line)
{
	size_t len = 0;
	while (len < line.len && (line.ptr[len] == '>' || line.ptr[len] == ' '))
		len++;
	return len;
}

static bool
is_rule(StrView line)
{
	size_t prefix = prefix_len(line);
	if (prefix > 3 && sv_find(sv_slice(line, 0, prefix), SV(">"), 0) == SIZE_MAX)
		return false; /* indented code */
	StrView text = sv_trim(sv_slice(line, prefix, line.len));
	if (text.len < 3)
		return false;
	for (size_t i = 0; i < text.len; i++)
		if (text.ptr[i] != '-')
			return false;
	return true;
}

void
hugo_body(StrView markdown, Str *out)
{
	Fence fence = {0};
	StrView rest = markdown, line;
	bool text_above = false;
	while (rest.len > 0 && sv_split(&rest, '\n', &line)) {
		bool code = follow_fence(&fence, line);
		if (!code && text_above && is_rule(line)) {
			StrView prefix = sv_trim(sv_slice(line, 0, prefix_len(line)));
			str_append(out, prefix);
			str_append_byte(out, '\n');
		}
		str_append(out, line);
		str_append_byte(out, '\n');
		text_above = !code && fence.mark == 0 && sv_trim(sv_slice(line, prefix_len(line), line.len)).len > 0;
	}
}

/* ---- Configuration */

static bool
key_matches(StrView name, const char *key)
{
	name = sv_trim(name);
	if (name.len >= 2 && (name.ptr[0] == '"' || name.ptr[0] == '\'') && name.ptr[name.len - 1] == name.ptr[0])
		name = sv_slice(name, 1, name.len - 1);
	return name.len == strlen(key) && strncasecmp(name.ptr, key, name.len) == 0;
}

static StrView
config_value(StrView value)
{
	value = sv_trim(value);
	if (value.len > 0 && (value.ptr[0] == '"' || value.ptr[0] == '\'')) {
		const char *end = memchr(value.ptr + 1, value.ptr[0], value.len - 1);
		return end == NULL ? (StrView){0} : sv_slice(value, 1, (size_t)(end - value.ptr));
	}
	size_t comment = sv_find(value, SV(" #"), 0);
	return sv_trim(sv_slice(value, 0, comment == SIZE_MAX ? value.len : comment));
}

void
hugo_config_text(StrView config, const char *key, Str *out)
{
	StrView rest = config, line;
	str_clear(out);
	while (sv_split(&rest, '\n', &line)) {
		if (sv_starts(line, SV("[")))
			return; /* a TOML table: what follows is no longer at the top */
		size_t equals = sv_find(line, SV("="), 0), colon = sv_find(line, SV(":"), 0);
		size_t border = equals < colon ? equals : colon;
		if (border == SIZE_MAX || !key_matches(sv_slice(line, 0, border), key))
			continue;
		StrView value = config_value(sv_slice(line, border + 1, line.len));
		if (unicode_valid(value) && value.len <= 1000 &&
			memchr(value.len ? value.ptr : "", '\\', value.len) == NULL)
			(void)unicode_clean(value, out, NULL, NULL);
		return;
	}
}
