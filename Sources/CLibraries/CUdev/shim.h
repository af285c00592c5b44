#ifndef CONVENE_CUDEV_SHIM_H
#define CONVENE_CUDEV_SHIM_H

#include <libudev.h>

#endif
