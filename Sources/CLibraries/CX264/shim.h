#ifndef CONVENE_CX264_SHIM_H
#define CONVENE_CX264_SHIM_H

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <x264.h>

// x264_encoder_open is a macro that carries the library's build number in the symbol.
static inline x264_t *convene_x264_open(x264_param_t *parameters) { return x264_encoder_open(parameters); }

enum { CONVENE_X264_BUILD = X264_BUILD, CONVENE_X264_MESSAGE_BYTES = 256 };

// Keeps the last error text in the buffer given as private data, instead of printing it.
static void convene_x264_log(void *buffer, int level, const char *format, va_list arguments) {
    if (buffer && level <= X264_LOG_ERROR) vsnprintf((char *)buffer, CONVENE_X264_MESSAGE_BYTES, format, arguments);
}

// Sends x264's errors to `buffer` (CONVENE_X264_MESSAGE_BYTES); nothing is ever printed.
static inline void convene_x264_log_into(x264_param_t *parameters, char *buffer) {
    parameters->pf_log = convene_x264_log;
    parameters->p_log_private = buffer;
    parameters->i_log_level = X264_LOG_ERROR;
}

// x264_param_default_preset prints when it does not know a name: ask first.
static inline int convene_x264_knows_preset(const char *name) {
    for (int i = 0; x264_preset_names[i]; i++)
        if (strcmp(x264_preset_names[i], name) == 0) return 1;
    return 0;
}

#endif
