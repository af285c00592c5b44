#ifndef CONVENE_CX264_SHIM_H
#define CONVENE_CX264_SHIM_H

#include <stdint.h>
#include <x264.h>

#endif
