/* Reads Korean words: which part is a noun, which are particles, what is a verb. */
#include "korean.h"

#include <string.h>

enum { HANGUL_FIRST = 0xAC00, HANGUL_LAST = 0xD7A3, FINALS = 28, SYLLABLE = 3 /* bytes */ };
enum { FINAL_NONE = 0, FINAL_NH = 6, FINAL_L = 8, FINAL_LH = 15, FINAL_SS = 20 };

const char KOREAN_STOP_WORDS[] =
	"것이다 것은 것이 것을 것도 것으로 것이며 것이고 것이라고 것입니다 이것 그것 저것 무엇 누구 어디 "
	"언제 여기 거기 저기 이곳 그곳 저곳 이런 그런 저런 어떤 어느 무슨 모든 모두 여러 다른 같은 이러한 "
	"그러한 어떻게 이렇게 그렇게 저렇게 얼마나 얼마 왜냐하면 그리고 그러나 하지만 그렇지만 그래서 "
	"그런데 그러면 그러니 그러니까 그래도 그러므로 따라서 또한 또는 혹은 한편 게다가 다만 오히려 결국 "
	"드디어 마침내 아마 아마도 역시 물론 사실 정말 정말로 진짜 매우 아주 너무 무척 훨씬 더욱 가장 제일 "
	"거의 겨우 이미 벌써 아직 아직도 이제 지금 방금 금방 나중 먼저 다시 자주 가끔 항상 언제나 늘상 계속 "
	"함께 같이 서로 스스로 각각 대부분 일부 조금 조금씩 많이 많은 적은 적어도 당장 갑자기 천천히 그냥 "
	"그저 단지 오직 특히 주로 보통 대개 대체로 비교적 상당히 우리 저희 너희 당신 그들 이들 그녀 자신 "
	"자기 본인 나머지 하나 처음 마지막 다음 이번 지난 지난번 최근 요즘 당시 현재 오늘 어제 내일 오전 "
	"오후 올해 작년 내년 매일 매년 하루 이틀 동안 그동안 이후 이전 이상 이하 이내 이외 사이 가운데 도중 "
	"때문 때문에 정도 경우 만큼 대로 가지 마리 번째 무렵 즈음 따위 대한 대해 대하여 관한 관해 관하여 "
	"통한 통해 통하여 위한 위해 위하여 의한 의해 의하여 인한 인해 따른 따라 비해 비하여 향해 향한 "
	"둘러싼 앞두고 관련 관련한 있는 있다 있고 있어 있을 있던 있었다 있습니다 있어서 있지만 있으며 "
	"있으면 있기 있음 없는 없다 없고 없이 없어 없을 없던 없었다 없습니다 없지만 없기 없음 하는 하고 "
	"하며 하면 하면서 하여 하지 하기 하게 하던 했다 했던 한다 합니다 했습니다 되는 되고 되며 되면 되어 "
	"되지 되기 된다 됐다 되었다 됩니다 되었습니다 아니 아니다 아니라 아닌 아니고 아닙니다 않는 않다 "
	"않고 않은 않을 않았다 않는다 못한 못하는 못했다 보는 보다 보니 보면 보고 본다 보인다 보이는 같다 "
	"싶다 싶은 싶어 싶었다 말하는 말한다 말했다 가는 오는 받는 주는 만드는 만든 만들어 위로 아래로 "
	"앞으로 뒤로 안에 밖에 속에 중에 위에 아래 이라는 이라고 라는 라고 이란 이다 이었다 였다 에서 에게 "
	"까지 부터 처럼 마다 조차 마저 만나 자라 지나 떠나 일어나 나타나 벗어나 바라 놀라 모자라 건너 보내 "
	"나서 들어서 끝내 지내 견뎌 나가 들어가 돌아가 살아가 나아가 지나가 올라가 내려가 다가가 찾아가 "
	"걸어가 이어가 드러내 펴내 달려 들어 돌아 이어 다가 올라 내려 살아 찾아 걸어 넘어 물어 나아 열어 "
	"놓아 남아 모아 묶어 만들 흔들 이끌 거둬 꺼내 찾아오 돌아오 추가로 개인적 사회적 여전히 꾸준히 "
	"완전히 분명히 충분히 열심히 조용히 어쩌면 아무 아무도 아무것 누군가 언젠가 무언가 어딘가 첫째 둘째 "
	"셋째 한번 한때 한참 잠시 잠깐 오래 오랫동안 이때 그때 이날 그날 새로 따로 바로 서서히 또다시 "
	"제대로 마음대로 이야말로 그야말로 비로소 반드시 결코 절대 절대로 도저히 전혀 별로 굳이 차라리 하필 "
	"설마 어차피 점점 점차 차츰 문득 살짝 가만히 나란히 무사히 이쪽 저쪽 그쪽 양쪽 한쪽 곳곳 마찬가지 "
	"덕분 탓에 채로 뿐만";

const char KOREAN_PALE_WORDS[] =
	"문제 생각 사람 상황 이야기 방법 이유 모습 부분 내용 결과 과정 의미 필요 가능성 자리 순간 시간 사용 "
	"이용 시작 존재 대상 역할 측면 관점 차이 변화 영향 활동 중요 가능 사건 마음 느낌 기억 이름 소리 "
	"얼굴 준비 선택 설명 노력 수준 단계 목적";

const char KOREAN_WHOLE_WORDS[] =
	"고양이 호랑이 원숭이 어린이 젊은이 늙은이 달팽이 지렁이 올챙이 지팡이 곰팡이 목걸이 귀걸이 손잡이 "
	"떡볶이 멍멍이 길잡이 맞벌이 봄맞이 해돋이 높낮이 글쓴이 지은이 옮긴이 놀이 길이 높이 깊이 넓이 "
	"먹이 바나나 누나 아들 버들 사랑 자랑 제주도 강원도 경기도 전라도 경상도 충청도 여의도 울릉도 "
	"거제도 백령도 강화도 난이도 만족도 인지도 선호도 의존도 신뢰도 완성도 중요도 지도 태도 속도 온도 "
	"제도 각도 강도 농도 습도 밀도 포도 파도 수도 기도 시도 의도 보도 철도 인도 빈도 고도 온라인 디자인 "
	"카페인 외국인 한국인 현대인 직장인 연예인 정치인 노인 시인 개인 주인 부인 상인 군인 확인 원인 와인 "
	"라인 성인 타인 연인 여인 범인 거인 성과 경과 통과 학과 결과 기와 도로 고속도로 회로 미로 "
	"피로 기로 휴가 화가 대가 주가 요가 불만 대만 자만 회의 정의 강의 논의 협의 주의 동의 합의 토의 "
	"문의 민주주의 자본주의 사회주의 바다 수다 소다 캐나다 소란 계란";

/* ---- Syllables */

bool
korean_syllable(uint32_t rune)
{
	return rune >= HANGUL_FIRST && rune <= HANGUL_LAST;
}

/* The syllable that ends at byte `end`, 0 when another sign stands there. */
static uint32_t
syllable_before(StrView word, size_t end)
{
	size_t len;
	if (end < SYLLABLE)
		return 0;
	uint32_t rune = unicode_rune(word, end - SYLLABLE, &len);
	return len == SYLLABLE && korean_syllable(rune) ? rune : 0;
}

static uint32_t
final_before(StrView word, size_t end)
{
	uint32_t rune = syllable_before(word, end);
	return rune == 0 ? FINAL_NONE : (rune - HANGUL_FIRST) % FINALS;
}

/* Where the Hangul that ends the word begins. */
static size_t
hangul_start(StrView word)
{
	size_t pos = word.len;
	while (syllable_before(word, pos) != 0)
		pos -= SYLLABLE;
	return pos;
}

/* Whether `word` ends with one of the blank-parted `endings` and something stands before it. */
static bool
ends_with_one(StrView word, const char *endings)
{
	StrView rest = sv(endings), ending;
	while (sv_split(&rest, ' ', &ending))
		if (word.len > ending.len && sv_ends(word, ending))
			return true;
	return false;
}

/* ---- Particles */

/* What the syllable before a particle must be like. */
typedef enum Joint {
	ANY,
	OPEN,   /* without a final consonant */
	CLOSED, /* with one */
	RO,     /* without one, or ㄹ */
	EURO,   /* with one, but not ㄹ */
} Joint;

/* What a particle is, and what may stand before it. */
enum { NOUN = 1, PLURAL = 2, CASE = 4, LIMIT = 8, FINAL = 16, COPULA = 32 };
enum { THING = NOUN | PLURAL, MOST = NOUN | PLURAL | LIMIT, ALL = NOUN | PLURAL | CASE | LIMIT };

typedef struct Particle {
	const char *text;
	Joint joint;
	uint8_t kind, after;
	bool sure;
} Particle;

static const Particle PARTICLES[] = {
	{"들", ANY, PLURAL, NOUN, true},
	{"에", ANY, CASE, THING, true},
	{"에서", ANY, CASE, THING, true},
	{"에게", ANY, CASE, THING, true},
	{"에게서", ANY, CASE, THING, true},
	{"께", ANY, CASE, THING, true},
	{"께서", ANY, CASE, THING, true},
	{"한테", ANY, CASE, THING, true},
	{"한테서", ANY, CASE, THING, true},
	{"으로", EURO, CASE, THING, true},
	{"로", RO, CASE, THING, true},
	{"으로서", EURO, CASE, THING, true},
	{"로서", RO, CASE, THING, true},
	{"으로써", EURO, CASE, THING, true},
	{"로써", RO, CASE, THING, true},
	{"으로부터", EURO, CASE, THING, true},
	{"로부터", RO, CASE, THING, true},
	{"와", OPEN, CASE, THING, true},
	{"과", CLOSED, CASE, THING, true},
	{"이랑", CLOSED, CASE, THING, true},
	{"랑", OPEN, CASE, THING, false},
	{"처럼", ANY, CASE, THING, true},
	{"보다", ANY, CASE, THING, true},
	{"만큼", ANY, CASE, THING, true},
	{"대로", ANY, CASE, THING, false},
	{"까지", ANY, LIMIT, ALL, true},
	{"부터", ANY, LIMIT, ALL, true},
	{"만", ANY, LIMIT, ALL, false},
	{"마저", ANY, LIMIT, ALL, true},
	{"조차", ANY, LIMIT, ALL, true},
	{"밖에", ANY, LIMIT, ALL, true},
	{"뿐", ANY, LIMIT, ALL, true},
	{"마다", ANY, LIMIT, ALL, true},
	{"만으로", ANY, LIMIT, THING, true},
	{"이나마", CLOSED, LIMIT, ALL, true},
	{"은", CLOSED, FINAL, MOST, true},
	{"는", OPEN, FINAL, ALL, false},
	{"도", ANY, FINAL, ALL, false},
	{"의", ANY, FINAL, ALL, true},
	{"이", CLOSED, FINAL, MOST, true},
	{"가", OPEN, FINAL, MOST, true},
	{"을", CLOSED, FINAL, MOST, true},
	{"를", OPEN, FINAL, MOST, true},
	{"이나", CLOSED, FINAL, ALL, true},
	{"나", OPEN, FINAL, ALL, false},
	{"이라도", CLOSED, FINAL, ALL, true},
	{"라도", OPEN, FINAL, ALL, false},
	{"이든", CLOSED, FINAL, ALL, true},
	{"든", OPEN, FINAL, ALL, false},
	{"이든지", CLOSED, FINAL, ALL, true},
	{"든지", OPEN, FINAL, ALL, false},
	{"이야", CLOSED, FINAL, MOST, true},
	{"이여", CLOSED, FINAL, THING, true},
	{"이다", ANY, COPULA, MOST, true},
	{"다", OPEN, COPULA, MOST, false},
	{"입니다", ANY, COPULA, MOST, true},
	{"이었다", ANY, COPULA, MOST, true},
	{"였다", OPEN, COPULA, MOST, false},
	{"이었던", ANY, COPULA, MOST, true},
	{"였던", OPEN, COPULA, MOST, false},
	{"이었고", ANY, COPULA, MOST, true},
	{"였고", OPEN, COPULA, MOST, false},
	{"이었지만", ANY, COPULA, MOST, true},
	{"였지만", OPEN, COPULA, MOST, false},
	{"이었습니다", ANY, COPULA, MOST, true},
	{"였습니다", OPEN, COPULA, MOST, false},
	{"이라는", CLOSED, COPULA, ALL, true},
	{"라는", OPEN, COPULA, ALL, false},
	{"이라고", CLOSED, COPULA, ALL, true},
	{"라고", OPEN, COPULA, ALL, false},
	{"이란", CLOSED, COPULA, MOST, true},
	{"란", OPEN, COPULA, MOST, false},
	{"이라", CLOSED, COPULA, MOST, true},
	{"이며", ANY, COPULA, MOST, true},
	{"이고", ANY, COPULA, MOST, true},
	{"이자", ANY, COPULA, MOST, true},
	{"이지만", ANY, COPULA, MOST, true},
	{"이지", CLOSED, COPULA, MOST, true},
	{"이어서", ANY, COPULA, MOST, true},
	{"여서", OPEN, COPULA, MOST, false},
	{"이라서", CLOSED, COPULA, MOST, true},
	{"라서", OPEN, COPULA, MOST, false},
	{"이라면", CLOSED, COPULA, MOST, true},
	{"라면", OPEN, COPULA, MOST, false},
	{"이므로", ANY, COPULA, MOST, true},
	{"이던", ANY, COPULA, MOST, true},
	{"이니", CLOSED, COPULA, MOST, true},
	{"이니까", ANY, COPULA, MOST, true},
	{"인", ANY, COPULA, MOST, false},
	{"인데", ANY, COPULA, MOST, true},
	{"인가", ANY, COPULA, MOST, true},
	{"인지", ANY, COPULA, MOST, true},
	{"일까", ANY, COPULA, MOST, true},
	{"임을", ANY, COPULA, MOST, true},
	{"이에요", CLOSED, COPULA, MOST, true},
	{"예요", OPEN, COPULA, MOST, true},
	{"이죠", ANY, COPULA, MOST, true},
	{"이네", CLOSED, COPULA, MOST, true},
};
enum { PARTICLE_COUNT = sizeof PARTICLES / sizeof PARTICLES[0] };

static bool
joint_fits(StrView word, size_t end, Joint joint)
{
	if (end == 0 || syllable_before(word, end) == 0)
		return true; /* nobody knows how a Latin name is read */
	uint32_t coda = final_before(word, end);
	switch (joint) {
	case ANY:
		return true;
	case OPEN:
		return coda == FINAL_NONE;
	case CLOSED:
		return coda != FINAL_NONE;
	case RO:
		return coda == FINAL_NONE || coda == FINAL_L;
	case EURO:
		return coda != FINAL_NONE && coda != FINAL_L;
	}
	return false;
}

typedef struct Search {
	StrView word;
	size_t hangul; /* where its last Hangul begins */
	KoreanSplit *splits;
	size_t count;
	KoreanSplit whole; /* when the word is nothing but particles */
} Search;

static void
add_split(Search *search, KoreanSplit split)
{
	size_t at = 0;
	while (at < search->count && search->splits[at].stem < split.stem)
		at++;
	if (search->count == KOREAN_SPLITS_MAX || (at < search->count && search->splits[at].stem == split.stem))
		return;
	memmove(search->splits + at + 1, search->splits + at, (search->count - at) * sizeof split);
	search->splits[at] = split;
	search->count++;
}

/* Looks for particles that end at `end`, of the kinds that may stand before what follows there. */
static void
search_before(Search *search, size_t end, unsigned kinds, KoreanSplit behind)
{
	StrView left = sv_slice(search->word, 0, end);
	for (uint32_t i = 0; i < PARTICLE_COUNT; i++) {
		const Particle *particle = &PARTICLES[i];
		StrView text = sv(particle->text);
		if ((particle->kind & kinds) == 0 || !sv_ends(left, text))
			continue;
		size_t stem = end - text.len;
		if (stem < search->hangul || !joint_fits(search->word, stem, particle->joint))
			continue;
		KoreanSplit split = {
			stem, behind.particles * (PARTICLE_COUNT + 1) + i + 1, behind.sure || particle->sure};
		if (stem == 0)
			search->whole = split;
		/* No noun ends with the 으 of 으로. */
		if (stem > 0 && !sv_ends(sv_slice(left, 0, stem), SV("으")))
			add_split(search, split);
		if (stem > search->hangul)
			search_before(search, stem, particle->after, split);
	}
}

static Search
search_particles(StrView word, KoreanSplit splits[KOREAN_SPLITS_MAX])
{
	Search search = {.word = word, .hangul = hangul_start(word), .splits = splits};
	if (search.hangul < word.len)
		search_before(&search, word.len, PLURAL | CASE | LIMIT | FINAL | COPULA, (KoreanSplit){0});
	return search;
}

size_t
korean_splits(StrView word, KoreanSplit splits[KOREAN_SPLITS_MAX])
{
	return search_particles(word, splits).count;
}

bool
korean_particles(StrView word, KoreanSplit *split)
{
	KoreanSplit splits[KOREAN_SPLITS_MAX];
	*split = search_particles(word, splits).whole;
	return split->particles != 0;
}

/* ---- Verbs */

/* How 하다, 되다 and 시키다 go on behind a noun: a first syllable, and what may follow it (a dot: the end of the word).
 */
typedef struct Action {
	const char *first;
	const char *next;
} Action;

static const Action ACTIONS[] = {
	{"하", "다 고 는 며 면 지 여 기 게 도 려 거 자 니 였 던 네 나 더 라 던 든 듯"},
	{"되", "다 고 는 며 면 지 어 기 게 도 려 거 자 니 었 던 네 나 더 라 살 돌"},
	{"시", "키 킨 킬 켜 켰 킵 킴"},
	{"한", ". 다 들"},
	{"할", ". 지 까 수 게 때 만"},
	{"해", ". 서 도 야 지 진 졌 주 준 줘 줬 보 본 볼 봤 왔 온 오 버 놓 요 내 낸 낼"},
	{"했", "다 던 고 지 으 는 기 을 거 었 습 어 음"},
	{"함", ". 을 이 과 에 은 으"},
	{"합", "니 시"},
	{"된", ". 다 채"},
	{"될", ". 까 지 수 게 때"},
	{"돼", ". 서 도 야 버 있 요"},
	{"됐", "다 던 고 지 으 는 기 을 습 어"},
	{"됨", ". 을 이 에 은 으"},
	{"됩", "니"},
};

/* Nouns whose last syllable looks like a form of 하다. */
static const char ACTION_LIKE_NOUNS[] =
	"재해 피해 이해 오해 손해 공해 침해 방해 장해 상해 동해 서해 남해 중해 저해 제한 권한 북한 남한 "
	"기한 시한 소한 무한 상한 하한 역할 분할 군함 관함 편함 명함 결함 지하 영하 귀하 산하 부하";

static bool
list_has_word(const char *list, StrView word)
{
	StrView rest = sv(list), item;
	while (sv_split(&rest, ' ', &item))
		if (sv_equal(item, word))
			return true;
	return false;
}

/* Whether a form of 하다, 되다 or 시키다 begins at `pos`. */
static bool
action_at(StrView word, size_t pos)
{
	StrView first = sv_slice(word, pos, pos + SYLLABLE), next = sv_slice(word, pos + SYLLABLE, pos + 2 * SYLLABLE);
	for (size_t i = 0; i < sizeof ACTIONS / sizeof ACTIONS[0]; i++)
		if (sv_equal(first, sv(ACTIONS[i].first)))
			return list_has_word(ACTIONS[i].next, next.len == 0 ? SV(".") : next);
	return false;
}

size_t
korean_action(StrView word)
{
	size_t start = hangul_start(word);
	if (start > 0 || ends_with_one(word, ACTION_LIKE_NOUNS))
		return 0;
	for (size_t pos = 2 * SYLLABLE; pos < word.len; pos += SYLLABLE)
		if (action_at(word, pos))
			return pos;
	return 0;
}

/* Whether the stem of a verb ends before the last syllable of the word: 잃고, 젊지. Nouns seldom have such finals
 * inside. */
static bool
ends_in_verb_joint(StrView word)
{
	static const char nouns[] = {1, 4, 8, 16, 17, 21}; /* ㄱ ㄴ ㄹ ㅁ ㅂ ㅇ */
	uint32_t coda = final_before(word, word.len - SYLLABLE);
	return coda != FINAL_NONE && memchr(nouns, (int)coda, sizeof nouns) == NULL && ends_with_one(word, "고 지 던");
}

/* Endings of verbs, adjectives and adverbs that few nouns share. */
static const char VERB_ENDINGS[] =
	"다 는 은 을 를 운 른 던 며 면서 르면 지면 리면 키면 나면 치면 기면 우면 려면 다면 자면 이면 으면 "
	"하면 되면 지만 는데 은데 려고 도록 수록 거나 든지 으니 니까 듯 듯이 히 게 까 한 된 할 될 린 친 란 "
	"예쁜 기쁜 바쁜 나쁜 슬픈 아픈 고픈 긴 킨 낸 난 진 싼 큰 준 나간 러간 려간 라간 아간 어간 어요 아요 "
	"에요 예요 해요 네요 군요 지요 세요 나요 죠 어서 아서 워서 려서 해서 져서 여서 아야 어야 해야 하지 "
	"되지 하여 되어 적인 적으로 로운 스러운 없이 같이 달리 만치 토록 에서 에게 까지 고서";

/* Nouns that end in 고, as verbs do. */
static const char GO_NOUNS[] =
	"광고 사고 보고 창고 재고 최고 원고 참고 신고 선고 충고 금고 경고 장고 권고 예고 제고 회고 부고 "
	"항고 국고 문고 석고";

bool
korean_ends_as_verb(StrView word)
{
	StrView last_two = sv_slice(word, word.len < 2 * SYLLABLE ? 0 : word.len - 2 * SYLLABLE, word.len);
	return ends_in_verb_joint(word) || ends_with_one(word, VERB_ENDINGS) ||
	       (ends_with_one(word, "고") && !list_has_word(GO_NOUNS, last_two));
}

/* Whether the syllable before `end` carries a consonant that only verbs end with: 했, 않, 잃. */
static bool
ends_in_past(StrView word)
{
	uint32_t coda = final_before(word, word.len);
	return coda == FINAL_SS || coda == FINAL_NH || coda == FINAL_LH;
}

bool
korean_never_noun(StrView word)
{
	if (ends_in_past(word))
		return true;
	if (word.len > 2 * SYLLABLE &&
		ends_with_one(word, "적 는지 은지 을지 할지 될지 한지 된지 던지 른지 운지 는데 은데 면서"))
		return true;
	/* 갔다, 한다: before 다 a noun has an open syllable (바다, 캐나다), but for a few. */
	return ends_with_one(word, "다") && final_before(word, word.len - SYLLABLE) != FINAL_NONE &&
	       !ends_with_one(word, "란다 간다");
}
