#ifndef CONVENE_CALSA_SHIM_H
#define CONVENE_CALSA_SHIM_H

#include <alsa/asoundlib.h>

#endif
