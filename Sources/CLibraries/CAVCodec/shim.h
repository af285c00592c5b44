#ifndef CONVENE_CAVCODEC_SHIM_H
#define CONVENE_CAVCODEC_SHIM_H

#include <libavcodec/avcodec.h>
#include <libavutil/imgutils.h>
#include <libavutil/opt.h>

#endif
