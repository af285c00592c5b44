#ifndef CONVENE_CPANGO_SHIM_H
#define CONVENE_CPANGO_SHIM_H

#include <pango/pangocairo.h>

#endif
