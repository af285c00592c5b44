#ifndef CONVENE_CPANGO_SHIM_H
#define CONVENE_CPANGO_SHIM_H

#include <pango/pangocairo.h>

// PANGO_SCALE as a number of its own type, and a cast that a macro hides.
static const int CONVENE_PANGO_SCALE = PANGO_SCALE;
// Whether this type is opaque differs among releases.
static inline void *convene_font_map_new(void) { return pango_cairo_font_map_new(); }
static inline PangoContext *convene_font_map_context(void *font_map) { return pango_font_map_create_context(font_map); }

static inline void convene_object_unref(void *object) { g_object_unref(object); }

#endif
