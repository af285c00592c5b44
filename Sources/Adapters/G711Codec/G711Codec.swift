// G711Codec: first file, replaced by the target's own.
