#ifndef CONVENE_CCEC_SHIM_H
#define CONVENE_CCEC_SHIM_H

// HDMI-CEC adapters as linux/cec.h declares them. What Swift does not import is given here as constants and accessors;
// nothing of the kernel's is declared anew.
#include <linux/cec.h>
#include <linux/ioctl.h>
#include <stdint.h>
#include <string.h>

static const unsigned long ccec_get_capabilities = CEC_ADAP_G_CAPS;
static const unsigned long ccec_set_logical_addresses = CEC_ADAP_S_LOG_ADDRS;
static const unsigned long ccec_transmit = CEC_TRANSMIT;
static const unsigned long ccec_receive = CEC_RECEIVE;
static const unsigned long ccec_dequeue_event = CEC_DQEVENT;
static const unsigned long ccec_set_mode = CEC_S_MODE;

static const uint32_t ccec_mode_initiator_and_follower = CEC_MODE_INITIATOR | CEC_MODE_EXCL_FOLLOWER;

// One playback device of CEC 1.4 without a vendor; `osd_name` is cut after 14 bytes.
static inline void ccec_playback_device(struct cec_log_addrs *to, const char *osd_name) {
    memset(to, 0, sizeof *to);
    to->cec_version = CEC_OP_CEC_VERSION_1_4;
    to->num_log_addrs = 1;
    to->vendor_id = CEC_VENDOR_ID_NONE;
    strncpy(to->osd_name, osd_name, sizeof to->osd_name - 1);
    to->primary_device_type[0] = CEC_OP_PRIM_DEVTYPE_PLAYBACK;
    to->log_addr_type[0] = CEC_LOG_ADDR_TYPE_PLAYBACK;
    to->all_device_types[0] = CEC_OP_ALL_DEVTYPE_PLAYBACK;
}

// No device at all: the adapter is free for others.
static inline void ccec_no_device(struct cec_log_addrs *to) { memset(to, 0, sizeof *to); }

static inline void ccec_message(struct cec_msg *to, const uint8_t *bytes, uint32_t count) {
    memset(to, 0, sizeof *to);
    to->len = count > CEC_MAX_MSG_SIZE ? CEC_MAX_MSG_SIZE : count;
    memcpy(to->msg, bytes, to->len);
}

static inline uint8_t ccec_message_byte(const struct cec_msg *message, uint32_t index) {
    return index < CEC_MAX_MSG_SIZE ? message->msg[index] : 0;
}

// Where the adapter stands after CEC_EVENT_STATE_CHANGE.
static inline uint16_t ccec_event_physical_address(const struct cec_event *event) {
    return event->state_change.phys_addr;
}
static inline uint16_t ccec_event_address_mask(const struct cec_event *event) {
    return event->state_change.log_addr_mask;
}

static inline const char *ccec_driver(const struct cec_caps *capabilities) { return capabilities->driver; }
static inline const char *ccec_name(const struct cec_caps *capabilities) { return capabilities->name; }

#endif
