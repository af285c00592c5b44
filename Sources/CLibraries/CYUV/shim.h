#ifndef CONVENE_CYUV_SHIM_H
#define CONVENE_CYUV_SHIM_H

#include <libyuv.h>

#endif
