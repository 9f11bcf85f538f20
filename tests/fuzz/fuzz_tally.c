/* A tally that follows edits at random is text_count of the same text. */
#include "../unit/tally_model.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	tally_run(data, size);
	return 0;
}
