// X264Encoder: first file, replaced by the target's own.
