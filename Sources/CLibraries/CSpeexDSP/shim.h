#ifndef CONVENE_CSPEEXDSP_SHIM_H
#define CONVENE_CSPEEXDSP_SHIM_H

#include <speex/speex_resampler.h>

#endif
