#ifndef CONVENE_COPENSSL_SHIM_H
#define CONVENE_COPENSSL_SHIM_H

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

// EVP_EC_gen is a macro over a variadic function.
static inline EVP_PKEY *convene_p256_key(void) {
    return EVP_EC_gen("P-256");
}

// X509V3_set_ctx is a macro in some releases; gives 1 when the extension was added.
static inline int convene_add_extension(X509 *certificate, int nid, const char *value) {
    X509V3_CTX context;
    X509V3_set_ctx(&context, certificate, certificate, NULL, NULL, 0);
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, &context, nid, value);
    if (extension == NULL) return 0;
    int added = X509_add_ext(certificate, extension, -1);
    X509_EXTENSION_free(extension);
    return added;
}

// Memory BIOs hand out their bytes through a macro.
static inline long convene_bio_bytes(BIO *bio, char **bytes) {
    return BIO_get_mem_data(bio, bytes);
}

static const int convene_nid_subject_alt_name = NID_subject_alt_name;
static const int convene_nid_basic_constraints = NID_basic_constraints;
static const int convene_nid_key_usage = NID_key_usage;
static const int convene_nid_ext_key_usage = NID_ext_key_usage;
static const int convene_mbstring_utf8 = MBSTRING_UTF8;

#endif
