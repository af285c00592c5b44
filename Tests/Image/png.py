"""PNG files of 8 bits a channel, read without a library, and how alike two pictures are."""

import struct
import zlib


class Picture:
    def __init__(self, width, height, channels, rows):
        self.width, self.height, self.channels, self.rows = width, height, channels, rows

    def luma(self, width, height, box=None):
        """A grid of mean luma, over the whole picture or a box of it (left, top, width, height in parts of 1)."""
        left, top, wide, high = box or (0, 0, 1, 1)
        left, top = int(left * self.width), int(top * self.height)
        wide, high = int(wide * self.width), int(high * self.height)
        grid = []
        for row in range(height):
            y0, y1 = top + row * high // height, top + max(row * high // height + 1, (row + 1) * high // height)
            line = []
            for column in range(width):
                x0 = left + column * wide // width
                x1 = max(x0 + 1, left + (column + 1) * wide // width)
                total = count = 0
                for y in range(y0, min(y1, self.height), 2):
                    data = self.rows[y]
                    for x in range(x0, min(x1, self.width), 2):
                        place = x * self.channels
                        total += 299 * data[place] + 587 * data[place + 1] + 114 * data[place + 2]
                        count += 1
                line.append(total / 1000 / max(count, 1))
            grid.append(line)
        return grid

    def colour(self, x, y):
        """The mean colour around a point (in parts of 1)."""
        px, py = int(x * self.width), int(y * self.height)
        sums, count = [0, 0, 0], 0
        for row in range(max(0, py - 3), min(self.height, py + 4)):
            for column in range(max(0, px - 3), min(self.width, px + 4)):
                place = column * self.channels
                for part in range(3):
                    sums[part] += self.rows[row][place + part]
                count += 1
        return tuple(part / count for part in sums)


def read(file):
    data = open(file, "rb").read()
    if data[:8] != b"\x89PNG\r\n\x1a\n" or data[-8:-4] != b"IEND":
        raise ValueError(f"{file} is no whole PNG")
    place, packed, header = 8, b"", None
    while place < len(data):
        length, kind = struct.unpack(">I4s", data[place:place + 8])
        body = data[place + 8:place + 8 + length]
        if kind == b"IHDR":
            header = struct.unpack(">IIBBBBB", body)
        elif kind == b"IDAT":
            packed += body
        place += 12 + length
    width, height, depth, colour = header[:4]
    if depth != 8 or colour not in (2, 6) or header[6] != 0:
        raise ValueError(f"{file} is of a kind that is not read here")
    channels = 3 if colour == 2 else 4
    raw = zlib.decompress(packed)
    stride = width * channels
    rows, before = [], bytearray(stride)
    for row in range(height):
        kind = raw[row * (stride + 1)]
        line = bytearray(raw[row * (stride + 1) + 1:(row + 1) * (stride + 1)])
        unfilter(kind, line, before, channels)
        rows.append(line)
        before = line
    return Picture(width, height, channels, rows)


def unfilter(kind, line, before, channels):
    if kind == 0:
        return
    for x in range(len(line)):
        left = line[x - channels] if x >= channels else 0
        up = before[x]
        corner = before[x - channels] if x >= channels else 0
        if kind == 1:
            guess = left
        elif kind == 2:
            guess = up
        elif kind == 3:
            guess = (left + up) // 2
        else:
            distances = (abs(up - corner), abs(left - corner), abs(left + up - 2 * corner))
            smallest = min(distances)
            guess = left if distances[0] == smallest else up if distances[1] == smallest else corner
        line[x] = (line[x] + guess) & 0xFF


def similarity(one, other):
    """Structural similarity of two grids of luma of one size, over windows of 8 by 8: 1 the same, 0 nothing alike."""
    height, width = len(one), len(one[0])
    total, count = 0.0, 0
    for top in range(0, height - 7, 4):
        for left in range(0, width - 7, 4):
            a = [one[y][x] for y in range(top, top + 8) for x in range(left, left + 8)]
            b = [other[y][x] for y in range(top, top + 8) for x in range(left, left + 8)]
            ma, mb = sum(a) / 64, sum(b) / 64
            va = sum((v - ma) ** 2 for v in a) / 63
            vb = sum((v - mb) ** 2 for v in b) / 63
            cov = sum((p - ma) * (q - mb) for p, q in zip(a, b)) / 63
            total += ((2 * ma * mb + 6.5) * (2 * cov + 58.5)) / ((ma * ma + mb * mb + 6.5) * (va + vb + 58.5))
            count += 1
    return total / count
