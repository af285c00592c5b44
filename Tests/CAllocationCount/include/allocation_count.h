#ifndef CONVENE_ALLOCATION_COUNT_H
#define CONVENE_ALLOCATION_COUNT_H

#include <stdint.h>

// How many blocks the calling thread has taken from the heap since it began.
uint64_t convene_allocation_count(void);

#endif
