// V4L2Capture: first file, replaced by the target's own.
