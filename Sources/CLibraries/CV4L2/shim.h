#ifndef CONVENE_CV4L2_SHIM_H
#define CONVENE_CV4L2_SHIM_H

// Video for Linux as linux/videodev2.h declares it. What Swift does not import (ioctl numbers, four-character codes,
// packed structures and unions) is given here as constants and accessors; nothing of the kernel's is declared anew.
#include <linux/videodev2.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

// ioctl numbers
static const unsigned long cv4l2_querycap = VIDIOC_QUERYCAP;
static const unsigned long cv4l2_enum_fmt = VIDIOC_ENUM_FMT;
static const unsigned long cv4l2_enum_framesizes = VIDIOC_ENUM_FRAMESIZES;
static const unsigned long cv4l2_enum_frameintervals = VIDIOC_ENUM_FRAMEINTERVALS;
static const unsigned long cv4l2_g_fmt = VIDIOC_G_FMT;
static const unsigned long cv4l2_s_fmt = VIDIOC_S_FMT;
static const unsigned long cv4l2_try_fmt = VIDIOC_TRY_FMT;
static const unsigned long cv4l2_g_parm = VIDIOC_G_PARM;
static const unsigned long cv4l2_s_parm = VIDIOC_S_PARM;
static const unsigned long cv4l2_g_selection = VIDIOC_G_SELECTION;
static const unsigned long cv4l2_s_selection = VIDIOC_S_SELECTION;
static const unsigned long cv4l2_enuminput = VIDIOC_ENUMINPUT;
static const unsigned long cv4l2_g_input = VIDIOC_G_INPUT;
static const unsigned long cv4l2_s_input = VIDIOC_S_INPUT;
static const unsigned long cv4l2_query_dv_timings = VIDIOC_QUERY_DV_TIMINGS;
static const unsigned long cv4l2_s_dv_timings = VIDIOC_S_DV_TIMINGS;
static const unsigned long cv4l2_reqbufs = VIDIOC_REQBUFS;
static const unsigned long cv4l2_querybuf = VIDIOC_QUERYBUF;
static const unsigned long cv4l2_expbuf = VIDIOC_EXPBUF;
static const unsigned long cv4l2_qbuf = VIDIOC_QBUF;
static const unsigned long cv4l2_dqbuf = VIDIOC_DQBUF;
static const unsigned long cv4l2_streamon = VIDIOC_STREAMON;
static const unsigned long cv4l2_streamoff = VIDIOC_STREAMOFF;
static const unsigned long cv4l2_query_ext_ctrl = VIDIOC_QUERY_EXT_CTRL;
static const unsigned long cv4l2_querymenu = VIDIOC_QUERYMENU;
static const unsigned long cv4l2_g_ctrl = VIDIOC_G_CTRL;
static const unsigned long cv4l2_s_ctrl = VIDIOC_S_CTRL;
static const unsigned long cv4l2_subscribe_event = VIDIOC_SUBSCRIBE_EVENT;
static const unsigned long cv4l2_dqevent = VIDIOC_DQEVENT;
static const unsigned long cv4l2_encoder_cmd = VIDIOC_ENCODER_CMD;
static const unsigned long cv4l2_decoder_cmd = VIDIOC_DECODER_CMD;

// Four-character codes
static const uint32_t cv4l2_fourcc_nv12 = V4L2_PIX_FMT_NV12;
static const uint32_t cv4l2_fourcc_nv12m = V4L2_PIX_FMT_NV12M;
static const uint32_t cv4l2_fourcc_yuv420 = V4L2_PIX_FMT_YUV420;
static const uint32_t cv4l2_fourcc_yuv420m = V4L2_PIX_FMT_YUV420M;
static const uint32_t cv4l2_fourcc_yuyv = V4L2_PIX_FMT_YUYV;
static const uint32_t cv4l2_fourcc_mjpeg = V4L2_PIX_FMT_MJPEG;
static const uint32_t cv4l2_fourcc_jpeg = V4L2_PIX_FMT_JPEG;
static const uint32_t cv4l2_fourcc_h264 = V4L2_PIX_FMT_H264;
static const uint32_t cv4l2_fourcc_fwht = V4L2_PIX_FMT_FWHT;

// The planes that a format of ours can have, in memory of their own each (multi-planar API).
enum { cv4l2_plane_limit = 3 };

// A picture format of the single- or the multi-planar API, flat.
struct cv4l2_format {
    uint32_t fourcc, width, height, field;
    uint32_t plane_count;
    uint32_t bytes_per_line[3];
    uint32_t size_image[3];
    uint32_t colorspace, transfer_function, ycbcr_encoding, quantization;
};

static inline void cv4l2_format_pack(uint32_t type, const struct cv4l2_format *from, struct v4l2_format *to) {
    memset(to, 0, sizeof *to);
    to->type = type;
    if (V4L2_TYPE_IS_MULTIPLANAR(type)) {
        struct v4l2_pix_format_mplane *p = &to->fmt.pix_mp;
        p->width = from->width;
        p->height = from->height;
        p->pixelformat = from->fourcc;
        p->field = from->field;
        p->colorspace = from->colorspace;
        p->xfer_func = (uint8_t)from->transfer_function;
        p->ycbcr_enc = (uint8_t)from->ycbcr_encoding;
        p->quantization = (uint8_t)from->quantization;
        p->num_planes = (uint8_t)from->plane_count;
        for (uint32_t i = 0; i < from->plane_count && i < cv4l2_plane_limit; i++) {
            p->plane_fmt[i].bytesperline = from->bytes_per_line[i];
            p->plane_fmt[i].sizeimage = from->size_image[i];
        }
    } else {
        struct v4l2_pix_format *p = &to->fmt.pix;
        p->width = from->width;
        p->height = from->height;
        p->pixelformat = from->fourcc;
        p->field = from->field;
        p->bytesperline = from->bytes_per_line[0];
        p->sizeimage = from->size_image[0];
        p->colorspace = from->colorspace;
        p->priv = V4L2_PIX_FMT_PRIV_MAGIC;
        p->xfer_func = from->transfer_function;
        p->ycbcr_enc = from->ycbcr_encoding;
        p->quantization = from->quantization;
    }
}

static inline void cv4l2_format_unpack(const struct v4l2_format *from, struct cv4l2_format *to) {
    memset(to, 0, sizeof *to);
    if (V4L2_TYPE_IS_MULTIPLANAR(from->type)) {
        const struct v4l2_pix_format_mplane *p = &from->fmt.pix_mp;
        to->fourcc = p->pixelformat;
        to->width = p->width;
        to->height = p->height;
        to->field = p->field;
        to->plane_count = p->num_planes;
        for (uint32_t i = 0; i < p->num_planes && i < cv4l2_plane_limit; i++) {
            to->bytes_per_line[i] = p->plane_fmt[i].bytesperline;
            to->size_image[i] = p->plane_fmt[i].sizeimage;
        }
        to->colorspace = p->colorspace;
        to->transfer_function = p->xfer_func;
        to->ycbcr_encoding = p->ycbcr_enc;
        to->quantization = p->quantization;
    } else {
        const struct v4l2_pix_format *p = &from->fmt.pix;
        to->fourcc = p->pixelformat;
        to->width = p->width;
        to->height = p->height;
        to->field = p->field;
        to->plane_count = 1;
        to->bytes_per_line[0] = p->bytesperline;
        to->size_image[0] = p->sizeimage;
        to->colorspace = p->colorspace;
        to->transfer_function = p->xfer_func;
        to->ycbcr_encoding = p->ycbcr_enc;
        to->quantization = p->quantization;
    }
}

// Whether luma uses 0 to 255, with the defaults that videodev2.h gives to each colour space.
static inline bool cv4l2_is_full_range(uint32_t colorspace, uint32_t quantization) {
    if (quantization == V4L2_QUANTIZATION_DEFAULT)
        quantization = V4L2_MAP_QUANTIZATION_DEFAULT(0, colorspace, V4L2_YCBCR_ENC_DEFAULT);
    return quantization == V4L2_QUANTIZATION_FULL_RANGE;
}

// The matrix of luma and chroma (V4L2_YCBCR_ENC_…), with the default of the colour space.
static inline uint32_t cv4l2_encoding(uint32_t colorspace, uint32_t encoding) {
    return encoding == V4L2_YCBCR_ENC_DEFAULT ? (uint32_t)V4L2_MAP_YCBCR_ENC_DEFAULT(colorspace) : encoding;
}

// The time per frame, which both directions keep in structures of their own.
static inline void cv4l2_interval_pack(uint32_t type, uint32_t numerator, uint32_t denominator,
                                       struct v4l2_streamparm *to) {
    struct v4l2_fract interval = {numerator, denominator};
    memset(to, 0, sizeof *to);
    to->type = type;
    if (V4L2_TYPE_IS_OUTPUT(type))
        to->parm.output.timeperframe = interval;
    else
        to->parm.capture.timeperframe = interval;
}

static inline struct v4l2_fract cv4l2_interval_unpack(const struct v4l2_streamparm *from) {
    return V4L2_TYPE_IS_OUTPUT(from->type) ? from->parm.output.timeperframe : from->parm.capture.timeperframe;
}

// A menu's entry: a name, or a number (integer menus).
static inline const char *cv4l2_menu_name(const struct v4l2_querymenu *entry) { return (const char *)entry->name; }
static inline int64_t cv4l2_menu_value(const struct v4l2_querymenu *entry) { return entry->value; }

// What changed at the source (V4L2_EVENT_SOURCE_CHANGE).
static inline uint32_t cv4l2_event_changes(const struct v4l2_event *event) { return event->u.src_change.changes; }

// The active picture of digital video timings.
static inline uint32_t cv4l2_timings_width(const struct v4l2_dv_timings *timings) { return timings->bt.width; }
static inline uint32_t cv4l2_timings_height(const struct v4l2_dv_timings *timings) { return timings->bt.height; }

#endif
