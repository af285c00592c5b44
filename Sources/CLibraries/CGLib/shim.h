#ifndef CONVENE_CGLIB_SHIM_H
#define CONVENE_CGLIB_SHIM_H

#include <glib.h>

#endif
