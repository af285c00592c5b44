// CallSignaling: first file, replaced by the target's own.
