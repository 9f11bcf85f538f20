/* The program that test_net starts in the place of meok. */
#include "meok/site.h"

int
main(void)
{
	return net_main(3);
}
