/* The program that tests start in the place of meok. */
#include "meok/site.h"

int
main(void)
{
	return net_main(3);
}
