#include "dissect/sip/sdp.h"

#include "sip_test.h"

#define SESSION                                                                                    \
    "v=0\r\no=alice 28 29 IN IP4 192.0.2.101\r\ns=-\r\nc=IN IP4 192.0.2.101\r\nt=0 0\r\n"

static SdpBuffer buffer; /* large: one is kept and reused, as callers do */
static const Sdp *const sdp = &buffer.sdp;

static void parse(const char *text)
{
    memset(&buffer, 0xa5, sizeof buffer); /* nothing may rest on cleared memory */
    size_t len = strlen(text);
    g_autofree uint8_t *exact = exact_copy(text, len);
    g_assert_cmpint(sdp_parse(slice_of(exact, len), &buffer), ==, DISSECT_OK);
    g_assert_cmpint(sdp_parse(slice_from_string(text), &buffer), ==, DISSECT_OK);
}

static void assert_endpoint(bool found, Endpoint endpoint, const char *expected)
{
    char text[ENDPOINT_TEXT_SIZE];
    if (!expected) {
        g_assert_false(found);
        return;
    }
    g_assert_true(found);
    g_assert_cmpstr(endpoint_format(endpoint, text, sizeof text), ==, expected);
}

static void assert_endpoints(unsigned index, const char *rtp, const char *rtcp)
{
    Endpoint endpoint = { 0 };
    bool found = sdp_media_rtp_endpoint(&sdp->media[index], &endpoint);
    assert_endpoint(found, endpoint, rtp);
    found = sdp_media_rtcp_endpoint(&sdp->media[index], &endpoint);
    assert_endpoint(found, endpoint, rtcp);
}

static void test_audio(void)
{
    parse(SESSION "b=AS:84\r\na=sendonly\r\n"
                  "m=audio 49172 RTP/AVP 0 8 111 101\r\nb=AS:64\r\nb=RS:0\r\nb=RR:800\r\n"
                  "a=rtpmap:0 PCMU/8000\r\na=rtpmap:111 opus/48000/2\r\n"
                  "a=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-16\r\n"
                  "a=ptime:20\r\na=maxptime:150\r\na=mid:1\r\na=label:a\r\n"
                  "m=video 0 RTP/AVP 31\r\na=recvonly\r\n");
    assert_anomalies(&sdp->anomalies, "sdp.bad-order");
    assert_slice(sdp->origin_user, "alice");
    assert_slice(sdp->origin_session_id, "28");
    assert_slice(sdp->origin_version, "29");
    assert_slice(sdp->origin_address, "192.0.2.101");
    assert_slice(sdp->session_name, "-");
    g_assert_cmpuint(sdp->media_count, ==, 2);
    const SdpMedia *audio = &sdp->media[0];
    assert_slice(audio->media, "audio");
    assert_slice(audio->protocol, "RTP/AVP");
    g_assert_cmpint(audio->direction, ==, SDP_SENDONLY);
    g_assert_cmpuint(audio->format_count, ==, 4);
    assert_slice(audio->formats[0].encoding, "PCMU");
    g_assert_cmpuint(audio->formats[0].clock_hz, ==, 8000);
    g_assert_cmpuint(audio->formats[1].clock_hz, ==, 0);
    assert_slice(audio->formats[1].encoding, "");
    g_assert_cmpint(audio->formats[2].payload_type, ==, 111);
    g_assert_cmpint(audio->formats[2].channels, ==, 2);
    assert_slice(audio->formats[3].fmtp, "0-16");
    g_assert_cmpint(audio->ptime_ms, ==, 20);
    g_assert_cmpint(audio->maxptime_ms, ==, 150);
    assert_slice(audio->mid, "1");
    assert_slice(audio->label, "a");
    g_assert_cmpint(audio->bandwidth_as_kbps, ==, 64);
    g_assert_cmpint(audio->bandwidth_rs, ==, 0);
    g_assert_cmpint(audio->bandwidth_rr, ==, 800);
    assert_endpoints(0, "192.0.2.101:49172", "192.0.2.101:49173");
    g_assert_cmpint(sdp->media[1].direction, ==, SDP_RECVONLY);
    g_assert_cmpint(sdp->media[1].bandwidth_as_kbps, ==, -1);
    assert_endpoints(1, NULL, NULL);
}

static void test_addresses(void)
{
    parse("v=0\no=- 1 1 IN IP6 2001:db8::9:1\ns= \nt=0 0\n"
          "m=audio 1000 RTP/AVP 0\nc=IN IP6 2001:db8::9:1\n"
          "m=audio 1002/2 RTP/AVP 0\nc=IN IP4 224.2.1.1/127\na=rtcp:53020\n"
          "m=audio 1004 RTP/AVP 0\nc=IN IP4 host.example.com\n"
          "m=audio 1006 RTP/AVP 0\nc=IN IP4 0.0.0.0\n"
          "m=audio 1008 RTP/AVP 0\nc=IN IP4 192.0.2.1\na=rtcp:99 IN IP4 192.0.2.2\n"
          "m=audio 1010 RTP/AVP 0\nc=IN IP4 192.0.2.1\na=rtcp-mux\na=rtcp:1010\n"
          "m=audio 65535 RTP/AVP 0\nc=IN IP4 192.0.2.1");
    assert_anomalies(&sdp->anomalies, "");
    assert_endpoints(0, "[2001:db8::9:1]:1000", "[2001:db8::9:1]:1001");
    assert_endpoints(1, "224.2.1.1:1002", "224.2.1.1:53020");
    g_assert_cmpint(sdp->media[1].port_count, ==, 2);
    assert_endpoints(2, NULL, NULL);
    assert_slice(sdp->media[2].connection.text, "host.example.com");
    assert_endpoints(3, NULL, NULL);
    g_assert_true(sdp->media[3].connection.present);
    assert_endpoints(4, "192.0.2.1:1008", "192.0.2.2:99");
    assert_endpoints(5, "192.0.2.1:1010", "192.0.2.1:1010");
    assert_endpoints(6, "192.0.2.1:65535", NULL);
}

static void test_webrtc(void)
{
    parse(
        "v=0\r\no=- 4 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0 1\r\n"
        "a=ice-lite\r\na=ice-ufrag:sess\r\na=fingerprint:sha-256 AA:BB\r\na=setup:actpass\r\n"
        "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\nc=IN IP4 0.0.0.0\r\na=mid:0\r\na=rtcp-mux\r\n"
        "a=ice-ufrag:F7gI\r\na=ice-pwd:x9cml\r\na=setup:active\r\n"
        "a=candidate:1 1 UDP 2130706431 192.0.2.1 8998 typ host\r\n"
        "a=candidate:2 1 tcp 1518280447 2001:db8::1 9 typ host tcptype active generation 0\r\n"
        "a=candidate:3 2 udp 1 8b3c2a.local 50000 typ srflx raddr 10.0.0.1 rport 8998\r\n"
        "a=ssrc:1001 cname:a\r\na=ssrc:1001 msid:b\r\na=ssrc:1002\r\na=rtpmap:111 opus/48000/2\r\n"
        "m=video 0 UDP/TLS/RTP/SAVPF 96\r\nc=IN IP4 0.0.0.0\r\na=mid:1\r\na=bundle-only\r\n"
        "a=rtcp-mux-only\r\n");
    assert_anomalies(&sdp->anomalies, "");
    assert_slice(sdp->bundle, "0 1");
    g_assert_true(sdp->ice_lite);
    const SdpMedia *audio = &sdp->media[0];
    assert_slice(audio->ice_ufrag, "F7gI");
    assert_slice(audio->ice_pwd, "x9cml");
    assert_slice(audio->setup, "active");
    assert_slice(audio->fingerprint, "sha-256 AA:BB");
    g_assert_true(sdp_protocol_is_secure(audio->protocol));
    g_assert_cmpuint(audio->candidate_count, ==, 3);
    g_assert_cmpuint(audio->candidates[0].priority, ==, 2130706431);
    g_assert_cmpint(audio->candidates[0].endpoint.port, ==, 8998);
    assert_slice(audio->candidates[1].transport, "tcp");
    g_assert_cmpint(audio->candidates[2].component, ==, 2);
    g_assert_cmpint(audio->candidates[2].endpoint.port, ==, 0);
    assert_slice(audio->candidates[2].type, "srflx");
    g_assert_cmpuint(audio->ssrc_count, ==, 2);
    g_assert_cmpuint(audio->ssrcs[1], ==, 1002);
    assert_endpoints(0, NULL, NULL);
    g_assert_true(sdp->media[1].bundle_only);
    g_assert_true(audio->rtcp_mux);
    g_assert_true(sdp->media[1].rtcp_mux);
    assert_slice(sdp->media[1].ice_ufrag, "sess");
    assert_slice(sdp->media[1].setup, "actpass");
}

static void test_crypto(void)
{
    parse(SESSION "m=audio 4000 RTP/SAVP 0\r\n"
                  "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:abc|2^20|1:4 FEC_ORDER=SRTP_FEC\r\n"
                  "a=crypto:2 AEAD_AES_256_GCM inline:def\r\na=crypto:x y z\r\n");
    assert_anomalies(&sdp->anomalies, "sdp.bad-crypto");
    g_assert_cmpuint(sdp->media[0].crypto_count, ==, 2);
    const SdpCrypto *crypto = sdp->media[0].crypto;
    g_assert_cmpuint(crypto[0].tag, ==, 1);
    assert_slice(crypto[0].suite, "AES_CM_128_HMAC_SHA1_80");
    assert_slice(crypto[0].key_params, "inline:abc|2^20|1:4");
    assert_slice(crypto[0].session_params, "FEC_ORDER=SRTP_FEC");
    assert_slice(crypto[1].session_params, "");
}

static void test_t38(void)
{
    parse(SESSION "m=image 4000 udptl t38\r\na=T38FaxVersion:3\r\na=T38MaxBitRate:14400\r\n"
                  "a=t38faxratemanagement:transferredTCF\r\na=T38FaxMaxDatagram:400\r\n"
                  "a=T38FaxUdpEC:t38UDPRedundancy\r\n");
    assert_anomalies(&sdp->anomalies, "");
    const SdpMedia *image = &sdp->media[0];
    g_assert_true(image->has_t38);
    g_assert_false(sdp_protocol_is_rtp(image->protocol));
    g_assert_cmpint(image->formats[0].payload_type, ==, -1);
    assert_slice(image->formats[0].text, "t38");
    g_assert_cmpuint(image->t38_version, ==, 3);
    g_assert_cmpuint(image->t38_max_bit_rate, ==, 14400);
    g_assert_cmpuint(image->t38_max_datagram, ==, 400);
    assert_slice(image->t38_rate_management, "transferredTCF");
    assert_slice(image->t38_udp_ec, "t38UDPRedundancy");
}

#define AUDIO SESSION "m=audio 4000 RTP/AVP 0 96\r\n"

static const struct {
    const char *text, *anomalies;
} faults[] = {
    { AUDIO, "" },
    { "v=1\r\nc=IN IP4 1.2.3.4\r\nm=audio 1 RTP/AVP 0\r\n",
      "sdp.missing-origin sdp.missing-session-name sdp.missing-time sdp.bad-version" },
    { "v=0\r\no=- 1 1 IN IP4\r\ns=-\r\nt=0 0\r\nm=audio 1 RTP/AVP 0\r\n",
      "sdp.missing-origin sdp.no-connection" },
    { "v=0\r\ns=-\r\no=- 1 1 IN IP4 h\r\nt=0 0\r\n", "sdp.bad-order" },
    { SESSION "t=1 2\r\nr=7d 1h 0\r\nt=3 4\r\nk=clear:x\r\n", "" },
    { SESSION "y=7\r\n", "sdp.bad-order" },
    { AUDIO "rubbish\r\n", "sdp.bad-line" },
    { AUDIO "a=x\x01\r\n", "sdp.control-byte" },
    { SESSION "m=audio\r\n", "sdp.bad-media sdp.bad-port" },
    { SESSION "m=audio 70000 RTP/AVP 0\r\n", "sdp.bad-port" },
    { SESSION "m=audio 1 RTP/AVP\r\n", "sdp.bad-media" },
    { SESSION "m=audio 1 RTP/AVP 128 x\r\n", "sdp.bad-format" },
    { SESSION "m=audio 1 RTP/AVP 8 8\r\n", "sdp.duplicate-format" },
    { AUDIO "c=IN\r\n", "sdp.bad-connection" },
    { AUDIO "c=IN IP5 x\r\n", "sdp.bad-connection" },
    { AUDIO "b=AS\r\n", "sdp.bad-bandwidth" },
    { AUDIO "a=rtpmap:96 opus\r\n", "sdp.bad-rtpmap" },
    { AUDIO "a=rtpmap:96 opus/0\r\n", "sdp.bad-clock" },
    { AUDIO "a=rtpmap:96 opus/4294967296\r\n", "sdp.bad-clock" },
    { AUDIO "a=rtpmap:97 opus/48000/2\r\n", "sdp.unlisted-format" },
    { AUDIO "a=fmtp:97 x\r\n", "sdp.unlisted-format" },
    { AUDIO "a=rtpmap:96 opus/48000/2\r\na=rtpmap:96 OPUS/48000/2\r\n", "" },
    { AUDIO "a=rtpmap:96 opus/48000/2\r\na=rtpmap:96 speex/8000\r\n", "sdp.duplicate-rtpmap" },
    { AUDIO "a=candidate:1 1 UDP x 1.2.3.4 5 typ host\r\n", "sdp.bad-candidate" },
    { AUDIO "a=candidate:1 1 UDP\r\n", "sdp.bad-candidate" },
    { AUDIO "a=ssrc:x\r\n", "sdp.bad-ssrc" },
    { AUDIO "a=rtcp:x\r\n", "sdp.bad-port" },
    { AUDIO "a=rtcp:9 IN\r\n", "sdp.bad-connection" },
    { AUDIO "a=ptime:fast\r\n", "sdp.bad-attribute" },
    { AUDIO "a=ptime:20.0\r\na=unknown\r\na=\r\n", "" },
};

static void test_faults(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(faults); i++) {
        g_test_message("%s", faults[i].text);
        parse(faults[i].text);
        assert_anomalies(&sdp->anomalies, faults[i].anomalies);
    }
}

static void append_times(GString *text, unsigned count, const char *format)
{
    for (unsigned i = 0; i < count; i++)
        g_string_append_printf(text, format, i, i, i);
}

static void test_limits(void)
{
    g_autoptr(GString) text = g_string_new(SESSION "m=audio 1 RTP/AVP");
    append_times(text, 60, " %1$u");
    g_string_append(text, "\r\n");
    append_times(text, 60, "a=ssrc:%1$u x\r\n");
    append_times(text, 60, "a=candidate:%1$u 1 UDP 1 192.0.2.1 %1$u typ host\r\n");
    append_times(text, 60, "a=crypto:%1$u suite inline:x\r\n");
    append_times(text, 60, "m=audio %1$u RTP/AVP 0\r\na=ptime:7\r\n");
    parse(text->str);
    assert_anomalies(&sdp->anomalies, "sdp.too-many-media sdp.too-many-formats "
                                      "sdp.too-many-candidates sdp.too-many-crypto "
                                      "sdp.too-many-ssrc");
    g_assert_cmpuint(sdp->media_count, ==, SDP_MEDIA_MAX);
    g_assert_cmpuint(sdp->media[0].format_count, ==, SDP_FORMATS_MAX);
    g_assert_cmpuint(sdp->media[0].candidate_count, ==, SDP_CANDIDATES_MAX);
    g_assert_cmpint(sdp->media[0].ptime_ms, ==, 0);
}

static void test_foreign(void)
{
    g_assert_cmpint(sdp_parse(SLICE_EMPTY, &buffer), ==, DISSECT_NOT_MINE);
    g_assert_cmpint(sdp_parse(SLICE_LITERAL("Signal=5\r\n"), &buffer), ==, DISSECT_NOT_MINE);
    g_assert_cmpint(sdp_parse(SLICE_LITERAL("v=0\r\n"), &buffer), ==, DISSECT_MALFORMED);
}

static void test_truncations(void)
{
    static const char text[] =
        AUDIO "a=rtpmap:96 opus/48000/2\r\na=fmtp:96 x\r\na=candidate:1 1 UDP 1 1.2.3.4 5 typ host"
              "\r\na=crypto:1 s inline:k p\r\na=rtcp:5 IN IP4 1.2.3.4\r\na=ssrc:1 c\r\nb=AS:1\r\n";
    for (size_t len = 0; len < sizeof text; len++) {
        g_autofree uint8_t *exact = exact_copy(text, len);
        DissectStatus status = sdp_parse(slice_of(exact, len), &buffer);
        g_assert_cmpint(status == DISSECT_NOT_MINE, ==, len < 2);
    }
}

/* Nothing of a copy is in the original but the text. */
static void test_copy(void)
{
    static uint64_t room[1024];
    size_t used, all;

    parse(AUDIO
          "a=rtpmap:96 opus/48000/2\r\na=candidate:1 1 UDP 1 1.2.3.4 5 typ host\r\n"
          "a=crypto:1 s inline:k p\r\na=ssrc:77 c\r\na=extmap:3 urn:x\r\nm=video 4 RTP/AVP 99\r\n");
    g_assert_nonnull(sdp_copy(sdp, room, sizeof room, &all));
    g_autofree uint64_t *exact = g_malloc(all);
    const Sdp *copy = sdp_copy(sdp, exact, all, &used);
    g_assert_cmpuint(used, ==, all);
    memset(&buffer, 0xa5, sizeof buffer);
    g_assert_cmpuint(copy->media_count, ==, 2);
    const SdpMedia *media = &copy->media[0];
    g_assert_cmpuint(media->candidates[0].endpoint.port, ==, 5);
    g_assert_true(slice_equal(media->crypto[0].suite, SLICE_LITERAL("s")));
    g_assert_cmpuint(media->ssrcs[0], ==, 77);
    g_assert_true(slice_equal(media->extensions[3], SLICE_LITERAL("urn:x")));
    g_assert_true(
        slice_equal(media->formats[media->format_count - 1].encoding, SLICE_LITERAL("opus")));
    g_assert_null(copy->media[1].extensions);
    g_assert_cmpint(copy->media[1].formats[0].payload_type, ==, 99);

    parse(AUDIO "a=rtpmap:96 opus/48000/2\r\n");
    g_assert_nonnull(sdp_copy(sdp, room, sizeof room, &all));
    for (size_t size = 0; size < all; size += 8)
        g_assert_null(sdp_copy(sdp, room, size, &used));
}

static void test_protocols(void)
{
    g_assert_true(sdp_protocol_is_rtp(SLICE_LITERAL("RTP/AVP")));
    g_assert_true(sdp_protocol_is_rtp(SLICE_LITERAL("UDP/TLS/RTP/SAVPF")));
    g_assert_true(sdp_protocol_is_rtp(SLICE_LITERAL("TCP/RTP/AVP")));
    g_assert_false(sdp_protocol_is_rtp(SLICE_LITERAL("udptl")));
    g_assert_false(sdp_protocol_is_rtp(SLICE_LITERAL("TCP/MSRP")));
    g_assert_false(sdp_protocol_is_secure(SLICE_LITERAL("RTP/AVPF")));
    g_assert_true(sdp_protocol_is_secure(SLICE_LITERAL("RTP/SAVP")));
    g_assert_cmpstr(sdp_direction_name(SDP_INACTIVE), ==, "inactive");
}

/* RFC 6904 section 4: the extension stands behind the one that says it is encrypted. */
static void test_encrypted_extensions(void)
{
    parse(AUDIO "a=extmap:1 urn:a\r\n"
                "a=extmap:2/sendonly urn:ietf:params:rtp-hdrext:encrypt urn:b vad=on\r\n"
                "a=extmap:3 urn:ietf:params:rtp-hdrext:encrypt\r\n"
                "a=extmap:4 URN:IETF:params:rtp-hdrext:encrypt  urn:c\r\n"
                "a=extmap:4 urn:d\r\n");
    const SdpMedia *media = &sdp->media[0];
    g_assert_true(slice_equal(media->extensions[1], SLICE_LITERAL("urn:a")));
    g_assert_true(slice_equal(media->extensions[2], SLICE_LITERAL("urn:b")));
    g_assert_cmpuint(media->extensions[3].len, ==, 0);
    g_assert_true(slice_equal(media->extensions[4], SLICE_LITERAL("urn:d")));
    g_assert_cmphex(media->encrypted_extensions, ==, 1u << 2);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/sip/sdp/audio", test_audio);
    g_test_add_func("/sip/sdp/addresses", test_addresses);
    g_test_add_func("/sip/sdp/webrtc", test_webrtc);
    g_test_add_func("/sip/sdp/crypto", test_crypto);
    g_test_add_func("/sip/sdp/t38", test_t38);
    g_test_add_func("/sip/sdp/faults", test_faults);
    g_test_add_func("/sip/sdp/limits", test_limits);
    g_test_add_func("/sip/sdp/foreign", test_foreign);
    g_test_add_func("/sip/sdp/truncations", test_truncations);
    g_test_add_func("/sip/sdp/copy", test_copy);
    g_test_add_func("/sip/sdp/protocols", test_protocols);
    g_test_add_func("/sdp/encrypted-extensions", test_encrypted_extensions);
    return g_test_run();
}
