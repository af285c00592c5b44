#ifndef CONVENE_CDRM_SHIM_H
#define CONVENE_CDRM_SHIM_H

#include <drm_fourcc.h>
#include <linux/dma-buf.h>
#include <xf86drm.h>
#include <xf86drmMode.h>

// Swift does not import macros that call others.
static const unsigned long CONVENE_DRM_IOCTL_MODE_ATOMIC = DRM_IOCTL_MODE_ATOMIC;
static const unsigned long CONVENE_DRM_IOCTL_MODE_CREATE_DUMB = DRM_IOCTL_MODE_CREATE_DUMB;
static const unsigned long CONVENE_DRM_IOCTL_MODE_MAP_DUMB = DRM_IOCTL_MODE_MAP_DUMB;
static const unsigned long CONVENE_DRM_IOCTL_MODE_DESTROY_DUMB = DRM_IOCTL_MODE_DESTROY_DUMB;
static const unsigned long CONVENE_DMA_BUF_IOCTL_SYNC = DMA_BUF_IOCTL_SYNC;
static const uint32_t CONVENE_DRM_FORMAT_XRGB8888 = DRM_FORMAT_XRGB8888;
static const uint32_t CONVENE_DRM_FORMAT_ARGB8888 = DRM_FORMAT_ARGB8888;
static const uint32_t CONVENE_DRM_FORMAT_NV12 = DRM_FORMAT_NV12;
static const uint64_t CONVENE_DRM_MODE_ROTATE_0 = DRM_MODE_ROTATE_0;
static const uint64_t CONVENE_DRM_MODE_REFLECT_X = DRM_MODE_REFLECT_X;
static const uint64_t CONVENE_DMA_BUF_SYNC_START_READ = DMA_BUF_SYNC_READ | DMA_BUF_SYNC_START;
static const uint64_t CONVENE_DMA_BUF_SYNC_END_READ = DMA_BUF_SYNC_READ | DMA_BUF_SYNC_END;

#endif
