#include "virtual_keyboard.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/uinput.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

int virtual_keyboard_open(const char *name) {
    int fd = open("/dev/uinput", O_WRONLY | O_CLOEXEC);
    if (fd < 0) return -1;
    struct uinput_setup setup;
    memset(&setup, 0, sizeof setup);
    setup.id.bustype = BUS_VIRTUAL;
    strncpy(setup.name, name, sizeof setup.name - 1);
    int status = ioctl(fd, UI_SET_EVBIT, EV_KEY);
    for (int code = 1; status >= 0 && code < KEY_CNT; code++) status = ioctl(fd, UI_SET_KEYBIT, code);
    if (status >= 0) status = ioctl(fd, UI_DEV_SETUP, &setup);
    if (status >= 0) status = ioctl(fd, UI_DEV_CREATE);
    if (status >= 0) return fd;
    int code = errno;
    close(fd);
    errno = code;
    return -1;
}

int virtual_keyboard_key(int keyboard, uint16_t code, int32_t value) {
    struct input_event events[2];
    memset(events, 0, sizeof events);
    events[0].type = EV_KEY;
    events[0].code = code;
    events[0].value = value;
    events[1].type = EV_SYN;
    return write(keyboard, events, sizeof events) == sizeof events ? 0 : -1;
}

int64_t virtual_keyboard_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}
