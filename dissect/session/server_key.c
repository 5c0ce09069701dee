#include "dissect/session/server_key.h"
#include <errno.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <stdio.h>

#define DECRYPTED_MAX 2048u /* bytes: of a key with 16384 bits */

struct ServerKeys {
    GPtrArray *keys; /* owns each EVP_PKEY */
};

static void destroy_key(gpointer key)
{
    EVP_PKEY_free(key);
}

ServerKeys *server_keys_new(void)
{
    ServerKeys *keys = g_new(ServerKeys, 1);

    keys->keys = g_ptr_array_new_with_free_func(destroy_key);
    return keys;
}

void server_keys_free(ServerKeys *keys)
{
    if (!keys)
        return;
    g_ptr_array_unref(keys->keys);
    g_free(keys);
}

bool server_keys_is_pem(const char *path)
{
    static const char begin[] = "-----BEGIN ";
    char bytes[sizeof begin] = "";
    FILE *file = fopen(path, "re");

    if (!file)
        return false;
    size_t got = fread(bytes, 1, sizeof begin - 1, file);
    fclose(file);
    return got == sizeof begin - 1 && memcmp(bytes, begin, got) == 0;
}

/* Nobody is asked for a pass phrase. */
static int refuse_phrase(char *buffer, int size, int writing, void *context)
{
    (void)buffer;
    (void)size;
    (void)writing;
    (void)context;
    return -1;
}

bool server_keys_load(ServerKeys *keys, const char *path, GError **error)
{
    FILE *file = fopen(path, "re");

    if (!file) {
        g_set_error(error, G_FILE_ERROR, (gint)g_file_error_from_errno(errno), "%s: %s", path,
                    g_strerror(errno));
        return false;
    }
    EVP_PKEY *key = PEM_read_PrivateKey(file, NULL, refuse_phrase, NULL);
    fclose(file);
    ERR_clear_error();
    if (key && EVP_PKEY_is_a(key, "RSA")) {
        g_ptr_array_add(keys->keys, key);
        return true;
    }
    EVP_PKEY_free(key);
    g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_INVAL,
                "%s: no RSA private key without a pass phrase (openssl pkey -in FILE removes one)",
                path);
    return false;
}

unsigned server_keys_count(const ServerKeys *keys)
{
    return keys->keys->len;
}

static bool decrypt_with(EVP_PKEY *key, Slice encrypted, uint8_t ret_premaster[TLS_PREMASTER_LEN])
{
    uint8_t plain[DECRYPTED_MAX];
    size_t len = sizeof plain;
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_pkey(NULL, key, NULL);
    bool done = context && encrypted.len == (size_t)EVP_PKEY_get_size(key) &&
                encrypted.len <= sizeof plain && EVP_PKEY_decrypt_init(context) == 1 &&
                EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) == 1 &&
                EVP_PKEY_decrypt(context, plain, &len, encrypted.data, encrypted.len) == 1 &&
                len == TLS_PREMASTER_LEN;

    if (done)
        memcpy(ret_premaster, plain, TLS_PREMASTER_LEN);
    explicit_bzero(plain, sizeof plain);
    EVP_PKEY_CTX_free(context);
    ERR_clear_error();
    return done;
}

bool server_keys_decrypt(const ServerKeys *keys, Slice encrypted,
                         uint8_t ret_premaster[TLS_PREMASTER_LEN])
{
    for (unsigned i = 0; i < keys->keys->len; i++)
        if (decrypt_with(keys->keys->pdata[i], encrypted, ret_premaster))
            return true;
    return false;
}
