#ifndef CONVENE_CCRYPT_SHIM_H
#define CONVENE_CCRYPT_SHIM_H

#include <crypt.h>

#endif
