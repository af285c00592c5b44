#ifndef CONVENE_CYUV_SHIM_H
#define CONVENE_CYUV_SHIM_H

#include <libyuv.h>

// The constants are of an incomplete type, which Swift does not import.
static inline const struct YuvConstants *convene_yuv_constants(int bt709, int full_range) {
    if (bt709) return full_range ? &kYuvF709Constants : &kYuvH709Constants;
    return full_range ? &kYuvJPEGConstants : &kYuvI601Constants;
}

#endif
