#ifndef CONVENE_CALSA_SHIM_H
#define CONVENE_CALSA_SHIM_H

#include <alsa/asoundlib.h>

static void convene_alsa_discard(
    const char *file, int line, const char *function, int code, const char *format, ...) {
    (void)file;
    (void)line;
    (void)function;
    (void)code;
    (void)format;
}

// The library prints what callers are told by the return code anyway; its handler is variadic.
static inline void convene_alsa_silence(void) { snd_lib_error_set_handler(convene_alsa_discard); }

// The monotonic clock for timestamps, an enum constant of the sw_params calls.
enum { CONVENE_ALSA_MONOTONIC = SND_PCM_TSTAMP_TYPE_MONOTONIC };

#endif
