/* English words as keywords: function words, plurals, possessives, by simple rules. */
#include "english.h"

const char ENGLISH_STOP_WORDS[] =
	"a about above across after again against ago all almost alone along already also although always "
	"am among an and another any anybody anyone anything anyway are around as asked at away back be "
	"became because become been before began behind being below beneath beside between beyond both "
	"bring brought but by came can cannot come could did do does doing done down during each either "
	"else end enough even ever every everybody everyone everything everywhere except far felt few first "
	"for found four from full gave get gets getting give given go goes going gone got had half has have "
	"having he hence her here hers herself him himself his hour how however hundred i if in indeed "
	"instead into is it its itself just keep kept knew know known large last late later least left less "
	"let like likely little long look looked made make makes making many may maybe me mean means meant "
	"might mine more moreover most mostly much must my myself near nearly neither never nevertheless "
	"new next no nobody none nor not nothing now nowhere of off often old on once one only onto or "
	"other others otherwise our ours ourselves out over own per perhaps put quite rather really right "
	"said same saw say says second see seem seemed seems seen set several shall she should since six "
	"small so some somebody someone something sometimes somewhere soon still such take taken takes "
	"taking tell ten than that the their theirs them themselves then there therefore these they thing "
	"things think third this those though thought three through thus till to today together told "
	"tomorrow too took toward towards try turned twelve two under unless until up upon us use used uses "
	"using usually very via want wanted was way ways we well went were what whatever when whenever "
	"where whereas wherever whether which while who whoever whole whom whose why will with within "
	"without would yes yesterday yet you your yours yourself five seven eight nine lot lots etc e.g i.e "
	"vs mr mrs ms dr lost sold wrote written ran stood sat spoke broke held paid sent spent fell wore "
	"drew drove ate met heard sang slept won cut hit shut show shows shown showed big good great better "
	"best bad worse worst early easy hard high low short young true sure able different january "
	"february march april june july august september october november december monday tuesday wednesday "
	"thursday friday saturday sunday";

const char ENGLISH_PALE_WORDS[] =
	"people person man men woman women time year day week month morning evening night place part kind "
	"sort number case fact point side hand word line name life world work reason problem question "
	"answer idea example result change need needs start started open opened close closed call called "
	"ask leave live lived learn learned grow grows become turn turns keep find finds bought buy built "
	"build minute second moment afternoon area piece bit feel feels";

enum { APOSTROPHE_LONG = 3 /* bytes of ’ */ };

StrView
english_bare(StrView word, bool *function)
{
	size_t at = sv_find(word, SV("'"), 0), len = 1;
	if (at == SIZE_MAX) {
		at = sv_find(word, SV("\xE2\x80\x99"), 0);
		len = APOSTROPHE_LONG;
	}
	*function = false;
	if (at == SIZE_MAX)
		return word;
	StrView tail = sv_slice(word, at + len, word.len);
	if (sv_equal(tail, SV("s")) || sv_equal(tail, SV("S")))
		return sv_slice(word, 0, at);
	*function = sv_equal(tail, SV("t")) || sv_equal(tail, SV("ll")) || sv_equal(tail, SV("ve")) ||
		    sv_equal(tail, SV("re")) || sv_equal(tail, SV("d")) || sv_equal(tail, SV("m"));
	return word;
}

bool
english_singular(StrView plural, int rank, Str *out)
{
	static const struct {
		StrView ending, singular;
	} rules[] = {{{"ies", 3}, {"y", 1}}, {{"ves", 3}, {"f", 1}}, {{"es", 2}, {"", 0}}, {{"s", 1}, {"", 0}}};
	if (plural.len < 4 || sv_ends(plural, SV("ss")))
		return false;
	for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
		if (!sv_ends(plural, rules[i].ending) || rank-- > 0)
			continue;
		str_append(out, sv_slice(plural, 0, plural.len - rules[i].ending.len));
		str_append(out, rules[i].singular);
		return true;
	}
	return false;
}

bool
english_pale_ending(StrView word)
{
	return word.len > 4 && (sv_ends(word, SV("ly")) || sv_ends(word, SV("ed")) || sv_ends(word, SV("ing")));
}
