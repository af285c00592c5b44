#ifndef CONVENE_COPUS_SHIM_H
#define CONVENE_COPUS_SHIM_H

#include <opus.h>

#endif
