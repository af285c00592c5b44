// H264Bitstream: first file, replaced by the target's own.
