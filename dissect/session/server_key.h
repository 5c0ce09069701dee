/* dissect/session/server_key.h - private keys of servers, with which the RSA key exchange of TLS up
 * to 1.2 is read without any other secret. */
#pragma once
#include "dissect/base/slice.h"

typedef struct ServerKeys ServerKeys;

ServerKeys *server_keys_new(void);
void server_keys_free(ServerKeys *keys);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ServerKeys, server_keys_free)

/* Whether the file at @path begins like PEM. */
bool server_keys_is_pem(const char *path);
/* Reads an RSA key without a pass phrase (PEM). False with one line in @error. */
bool server_keys_load(ServerKeys *keys, const char *path, GError **error);
unsigned server_keys_count(const ServerKeys *keys);

#define TLS_PREMASTER_LEN 48u
/* Decrypts a premaster secret with whichever key opens it; false when none does. */
bool server_keys_decrypt(const ServerKeys *keys, Slice encrypted,
                         uint8_t ret_premaster[TLS_PREMASTER_LEN]);
