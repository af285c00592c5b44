#!/usr/bin/env python3
"""Images/splash.py FOLDER: the splash, as bands of 160 lines (BGRX) for the usual widths of a screen, gzipped.

A ring, as the room's screen has it while it waits; computed, so that there is no picture to keep.
"""

import gzip
import math
import pathlib
import sys

HEIGHT, OUTER, INNER = 160, 56.0, 44.0
COLOUR = (0x4D, 0xA3, 0xFF)


def band(width):
    lines = []
    for y in range(HEIGHT):
        line = bytearray(width * 4)
        for x in range(width // 2 - 64, width // 2 + 64):
            distance = math.hypot(x + 0.5 - width / 2, y + 0.5 - HEIGHT / 2)
            cover = max(0.0, min(1.0, OUTER - distance + 0.5)) * max(0.0, min(1.0, distance - INNER + 0.5))
            red, green, blue = (round(part * cover) for part in COLOUR)
            line[x * 4 : x * 4 + 3] = bytes((blue, green, red))
        lines.append(bytes(line))
    return b"".join(lines)


folder = pathlib.Path(sys.argv[1])
for width in (1280, 1920, 2560, 3840):
    with open(folder / f"{width}.gz", "wb") as file:
        file.write(gzip.compress(band(width), 9, mtime=0))
