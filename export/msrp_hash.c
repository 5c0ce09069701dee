#include "export/msrp_hash.h"

static bool find_function(const char *name, GChecksumType *out)
{
    static const struct {
        const char *name;
        GChecksumType type;
    } functions[] = {
        { "sha-1", G_CHECKSUM_SHA1 },     { "sha-256", G_CHECKSUM_SHA256 },
        { "sha-384", G_CHECKSUM_SHA384 }, { "sha-512", G_CHECKSUM_SHA512 },
        { "md5", G_CHECKSUM_MD5 },
    };

    for (unsigned i = 0; name && i < G_N_ELEMENTS(functions); i++) {
        if (g_ascii_strcasecmp(name, functions[i].name) == 0) {
            *out = functions[i].type;
            return true;
        }
    }
    return false;
}

static bool add_bytes(uint64_t offset, Slice bytes, void *context)
{
    (void)offset;
    g_checksum_update(context, bytes.data, (gssize)bytes.len);
    return true;
}

MsrpHashResult msrp_hash_check(PacketStore *store, const MsrpReading *reading, const MsrpFile *file)
{
    uint8_t digest[SDP_HASH_BYTES_MAX];
    gsize len = sizeof digest;
    GChecksumType type;

    if (!file->hash_len || file->state != MSRP_CONTENT_COMPLETE || !store ||
        !find_function(file->hash_function, &type) ||
        g_checksum_type_get_length(type) != (gssize)file->hash_len)
        return MSRP_HASH_UNKNOWN;
    g_autoptr(GChecksum) sum = g_checksum_new(type);
    if (!msrp_read(store, reading, add_bytes, sum, NULL))
        return MSRP_HASH_UNKNOWN;
    g_checksum_get_digest(sum, digest, &len);
    return memcmp(digest, file->hash, len) == 0 ? MSRP_HASH_MATCHES : MSRP_HASH_DIFFERS;
}

char *msrp_hash_text(const MsrpFile *file)
{
    GString *text;

    if (!file->hash_len)
        return NULL;
    text = g_string_new(NULL);
    for (unsigned i = 0; i < file->hash_len; i++)
        g_string_append_printf(text, "%s%02x", i ? ":" : "", file->hash[i]);
    return g_string_free(text, FALSE);
}
