"""The light of an infrared remote, as /dev/lirc takes it: lengths of pulses and pauses, from RC-6 mode 6A with 32 bits.

That is what remotes for Media Center send. Lengths as the kernel's decoder has them (drivers/media/rc/ir-rc6-decoder.c).
"""

import array
import pathlib
import re

KEYMAP = pathlib.Path(__file__).resolve().parents[2] / "Board/keymaps/mce.toml"
# The scancode of each key, as the terminal's own keymap has it.
KEYS = {name: int(code, 16) for code, name in re.findall(r'^(0x[0-9a-f]+) = "(\w+)"', KEYMAP.read_text(), re.M)}

UNIT_US = 444


def rc6_mce(scancode):
    """The bytes to be written to a transmitter, in one piece."""
    halves = []  # True: light

    def bit(value, width=1):
        halves.extend([bool(value)] * width + [not value] * width)

    halves.extend([True] * 6 + [False] * 2)
    bit(1)
    for value in (1, 1, 0):
        bit(value)
    bit(0, 2)
    for index in range(31, -1, -1):
        bit(scancode >> index & 1)
    while not halves[-1]:
        halves.pop()
    lengths = array.array("I")
    last = None
    for light in halves:
        if light == last:
            lengths[-1] += UNIT_US
        else:
            lengths.append(UNIT_US)
        last = light
    return lengths.tobytes()
