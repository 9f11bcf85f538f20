/* Rows of a document that is edited at random are those of a fresh layout of the same text, and those of its paragraphs
 * wrapped one by one. Clusters and words found in windows are those of the whole text. */
#include "../unit/layout_model.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	layout_run(data, size);
	return 0;
}
