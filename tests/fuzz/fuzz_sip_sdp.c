#include "dissect/sip/sdp.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static SdpBuffer buffer; /* reused, as callers do: what an earlier body left must not be seen */
    if (sdp_parse(slice_of(data, size), &buffer) != DISSECT_OK)
        return 0;
    g_assert(buffer.sdp.media_count <= SDP_MEDIA_MAX);
    for (unsigned i = 0; i < buffer.sdp.media_count; i++) {
        const SdpMedia *media = &buffer.sdp.media[i];
        Endpoint endpoint;
        sdp_media_rtp_endpoint(media, &endpoint);
        sdp_media_rtcp_endpoint(media, &endpoint);
        g_assert(media->format_count <= SDP_FORMATS_MAX);
        for (unsigned f = 0; f < media->format_count; f++) {
            g_assert(media->formats[f].payload_type >= -1 && media->formats[f].payload_type <= 127);
            g_free(slice_dup(media->formats[f].fmtp));
        }
        for (unsigned c = 0; c < media->candidate_count; c++)
            g_free(slice_dup(media->candidates[c].type));
        for (unsigned c = 0; c < media->crypto_count; c++)
            g_free(slice_dup(media->crypto[c].session_params));
    }
    return 0;
}
