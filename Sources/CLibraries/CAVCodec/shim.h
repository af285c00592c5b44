#ifndef CONVENE_CAVCODEC_SHIM_H
#define CONVENE_CAVCODEC_SHIM_H

// Headers only: the library is opened at run time (AVCLibrary), since it brings some sixty others with it.
#include <dlfcn.h>
#include <errno.h>
#include <stdarg.h>
#include <libavcodec/avcodec.h>
#include <libavutil/frame.h>
#include <libavutil/pixfmt.h>

// Macros with a cast or an operator in them, which Swift does not import.
static const int CONVENE_AVERROR_EAGAIN = AVERROR(EAGAIN);
static const int CONVENE_AVERROR_EOF = AVERROR_EOF;
static const int CONVENE_AVERROR_ENOMEM = AVERROR(ENOMEM);
static const int CONVENE_LOW_DELAY = AV_CODEC_FLAG_LOW_DELAY;
static const int CONVENE_PADDING = AV_INPUT_BUFFER_PADDING_SIZE;
static const int CONVENE_AVCODEC_MAJOR = LIBAVCODEC_VERSION_MAJOR;
static const int CONVENE_AVUTIL_MAJOR = LIBAVUTIL_VERSION_MAJOR;

// Whether decoding can begin at the picture: the flag moved between the releases.
static inline int convene_frame_is_key(const AVFrame *frame) {
#if LIBAVUTIL_VERSION_INT >= AV_VERSION_INT(58, 7, 100)
    return (frame->flags & AV_FRAME_FLAG_KEY) != 0;
#else
    return frame->key_frame;
#endif
}

static inline int convene_frame_is_corrupt(const AVFrame *frame) {
    return (frame->flags & AV_FRAME_FLAG_CORRUPT) != 0 || frame->decode_error_flags != 0;
}

static void convene_av_discard_log(void *source, int level, const char *format, va_list arguments) {
    (void)source;
    (void)level;
    (void)format;
    (void)arguments;
}

// `set_callback` is the address of av_log_set_callback, whose va_list type does not cross into Swift.
static inline void convene_av_silence(void *set_callback) {
    ((void (*)(void (*)(void *, int, const char *, va_list)))set_callback)(convene_av_discard_log);
}

#endif
