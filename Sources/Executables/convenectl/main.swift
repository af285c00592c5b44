// first file, replaced by the program's own.
