// V4L2Codec: first file, replaced by the target's own.
