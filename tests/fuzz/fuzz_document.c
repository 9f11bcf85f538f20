/* The document: any sequence of operations leaves it equal to a naive model, normal form, undo and marks included. */
#include "../unit/document_model.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	model_run(data, size);
	return 0;
}
