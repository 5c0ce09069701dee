#include "dissect/call/media_fingerprint.h"

#define FINGERPRINTS_MAX 64u

typedef struct {
    Endpoint rtp;
    uint64_t hash;
} Fingerprint;

/* Of "sha-256 AB:CD...", whose case does not matter. */
static uint64_t hash_of(Slice text)
{
    g_autoptr(GString) upper = g_string_sized_new(text.len);

    for (size_t i = 0; i < text.len; i++)
        g_string_append_c(upper, g_ascii_toupper((char)text.data[i]));
    return hash_bytes(upper->str, upper->len, 0);
}

static uint64_t hash_of_digest(const char *name, Slice digest)
{
    g_autoptr(GString) text = g_string_new(name);

    for (size_t i = 0; i < digest.len; i++)
        g_string_append_printf(text, "%c%02X", i ? ':' : ' ', digest.data[i]);
    return hash_of(slice_of(text->str, text->len));
}

static bool knows(const GArray *all, const Fingerprint *wanted)
{
    for (unsigned i = 0; i < all->len; i++) {
        const Fingerprint *known = &g_array_index(all, Fingerprint, i);
        if (known->hash == wanted->hash && endpoint_equal(known->rtp, wanted->rtp))
            return true;
    }
    return all->len >= FINGERPRINTS_MAX;
}

void media_fingerprint_note(Call *call, const Sdp *sdp)
{
    for (unsigned i = 0; i < sdp->media_count; i++) {
        const SdpMedia *media = &sdp->media[i];
        Fingerprint wanted = { .hash = 0 };
        if (media->fingerprint.len == 0 || !sdp_media_rtp_endpoint(media, &wanted.rtp))
            continue;
        wanted.hash = hash_of(media->fingerprint);
        if (!call->extras->fingerprints)
            call_own_extras(call)->fingerprints = g_array_new(FALSE, FALSE, sizeof wanted);
        if (!knows(call->extras->fingerprints, &wanted))
            g_array_append_val(call->extras->fingerprints, wanted);
    }
}

static bool is_any_digest(uint64_t hash, const CertificateDigests *digests)
{
    static const char *const names[] = { "SHA-1", "SHA-256", "SHA-384", "SHA-512" };

    for (unsigned i = 0; i < G_N_ELEMENTS(names); i++)
        if (hash == hash_of_digest(names[i], digests->of[i]))
            return true;
    return false;
}

void media_fingerprint_check(Model *model, Call *call, Endpoint endpoint,
                             const CertificateDigests *digests)
{
    AnomalySet found = { 0 };
    bool announced = false;

    for (unsigned i = 0; call->extras->fingerprints && i < call->extras->fingerprints->len; i++) {
        const Fingerprint *said = &g_array_index(call->extras->fingerprints, Fingerprint, i);
        if (!endpoint_equal(said->rtp, endpoint))
            continue;
        if (is_any_digest(said->hash, digests))
            return;
        announced = true;
    }
    if (!announced)
        return;
    anomaly_note(&found, ANOMALY_DTLS_FINGERPRINT);
    model_note_anomalies(model, &found);
    call_note_anomalies(call, &found);
}

void media_fingerprint_release(Call *call)
{
    if (call->extras->fingerprints)
        g_array_unref(g_steal_pointer(&call_own_extras(call)->fingerprints));
}
