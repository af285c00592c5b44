#ifndef CONVENE_CLINUX_SHIM_H
#define CONVENE_CLINUX_SHIM_H

#include <linux/videodev2.h>

#endif
