#ifndef CONVENE_VIRTUAL_KEYBOARD_H
#define CONVENE_VIRTUAL_KEYBOARD_H

#include <stdint.h>

// A keyboard that the kernel takes for a real one (uinput). Gives a descriptor, or −1 with errno set; closing it unplugs
// the keyboard.
int virtual_keyboard_open(const char *name);

// Presses (1) or releases (0) a key, with the end of the report; 0, or −1 with errno set.
int virtual_keyboard_key(int keyboard, uint16_t code, int32_t value);

// The clock of the kernel's events, in nanoseconds.
int64_t virtual_keyboard_now(void);

#endif
