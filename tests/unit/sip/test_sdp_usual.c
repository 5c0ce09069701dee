#include "dissect/sip/sdp_usual.h"

#include "sip_test.h"

#define SESSION "v=0\r\no=root 28 29 IN IP4 192.0.2.101\r\ns=-\r\nc=IN IP4 192.0.2.101\r\nt=0 0\r\n"
#define AUDIO   SESSION "m=audio 4000 RTP/AVP 0 8 101\r\n"

static SdpBuffer buffer; /* large: one is kept and reused, as callers do */

static void describe_slice(GString *out, Slice slice)
{
    g_autofree char *text = slice_dup(slice);
    g_string_append_printf(out, "[%s] ", text);
}

static void describe_connection(GString *out, const SdpConnection *connection)
{
    char text[ADDRESS_TEXT_SIZE] = "";
    if (connection->present)
        ip_format(connection->ip, text, sizeof text);
    g_string_append_printf(out, "%s ", text);
    describe_slice(out, connection->text);
}

static void describe_media(GString *out, const SdpMedia *media)
{
    g_string_append_printf(out, "\n%u/%u %d %u ", media->port, media->port_count, media->direction,
                           media->ptime_ms);
    describe_slice(out, media->media);
    describe_slice(out, media->protocol);
    describe_connection(out, &media->connection);
    for (unsigned i = 0; i < media->format_count; i++) {
        const SdpFormat *format = &media->formats[i];
        g_string_append_printf(out, "\n  %d %u/%u ", format->payload_type, format->clock_hz,
                               format->channels);
        describe_slice(out, format->text);
        describe_slice(out, format->encoding);
        describe_slice(out, format->fmtp);
    }
}

/* All that lines of usual form say. */
static char *describe(const char *text, size_t len)
{
    GString *out = g_string_new(NULL);
    g_autofree uint8_t *exact = exact_copy(text, len);
    memset(&buffer, 0xa5, sizeof buffer); /* nothing may rest on cleared memory */
    DissectStatus status = sdp_parse(slice_of(exact, len), &buffer);
    g_string_append_printf(out, "%d ", status);
    if (status != DISSECT_OK)
        return g_string_free(out, FALSE);
    const Sdp *sdp = &buffer.sdp;
    g_autofree char *anomalies = anomalies_text(&sdp->anomalies);
    g_string_append_printf(out, "%s ", anomalies);
    describe_slice(out, sdp->origin_user);
    describe_slice(out, sdp->origin_session_id);
    describe_slice(out, sdp->origin_version);
    describe_slice(out, sdp->origin_address);
    describe_slice(out, sdp->session_name);
    describe_connection(out, &sdp->connection);
    for (unsigned i = 0; i < sdp->media_count; i++)
        describe_media(out, &sdp->media[i]);
    return g_string_free(out, FALSE);
}

/* White space at the end of a line means nothing, but makes none of them usual. */
static void assert_same_by_rules(const char *text, size_t len)
{
    g_autofree char *cut = g_strndup(text, len);
    g_auto(GStrv) lines = g_strsplit(cut, "\r\n", -1);
    g_autofree char *unusual = g_strjoinv("\t\r\n", lines);
    g_autofree char *expected = describe(unusual, strlen(unusual));
    g_autofree char *actual = describe(text, len);
    g_assert_cmpstr(actual, ==, expected);
}

static const char *const bodies[] = {
    AUDIO "a=rtpmap:0 PCMU/8000\r\na=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\n"
          "a=ptime:20\r\na=sendrecv\r\n",
    SESSION "a=sendonly\r\nm=audio 4000 RTP/SAVP 96\r\na=rtpmap:96 opus/48000/2\r\na=sendrecv\r\n",
    SESSION "m=audio 1 RTP/AVP 0\r\nc=IN IP4 192.0.2.9\r\nm=video 2 RTP/AVP 31\r\na=ptime:30\r\n",
    SESSION "a=ptime:20\r\na=rtpmap:0 PCMU/8000\r\na=fmtp:0 x\r\nm=audio 1 RTP/AVP 0\r\n",
    AUDIO "s=again\r\ns= \r\ns=\r\ns=a b\r\nt=0 0\r\nt=1 2\r\nt=0 0 \r\n",
    "v=0\r\ns=-\r\no=- 1 1 IN IP4 h\r\nt=0 0\r\n",
    "v=0\r\no=- 1 1 IN IP6 2001:db8::1\r\nc=IN IP6 2001:db8::1\r\n",
    "v=0\r\no= - 1 1 IN IP4 h\r\n",
    "v=0\r\no=-  1 1 IN IP4 h\r\n",
    "v=0\r\no=- 1 1 IN IP4  h\r\n",
    "v=0\r\no=- 1 1 IN IP4 h more\r\n",
    "v=0\r\no=- 1 1 IN IP5 h\r\n",
    "v=0\r\no=- 1 1 IN IP4\r\nc=IN IP4 192.0.2.1\r\n",
    "v=0\r\no=user-of-a-long-name 18446744073709551615 18446744073709551615 IN IP4 a.b.example\r\n",
    "v=1\r\nc=IN IP4 192.0.2.1\r\n",
    "v=0\r\nv=0\r\nc=IN IP4 192.0.2.1\r\n",
    SESSION "c=IN IP4 224.2.1.1/127\r\n",
    SESSION "c=IN IP4 host.example.com\r\n",
    SESSION "c=IN IP4 192.0.2.256\r\n",
    SESSION "c=IN IP4 192.0.2.1 x\r\n",
    SESSION "c=in ip4 192.0.2.1\r\n",
    SESSION "c=IN IP6 ::1\r\n",
    SESSION "c=IN IP4 \r\n",
    SESSION "m=audio 65536 RTP/AVP 0\r\n",
    SESSION "m=audio 4000/2 RTP/AVP 0\r\n",
    SESSION "m=audio 0000000004000 RTP/AVP 0\r\n",
    SESSION "m=audio  4000 RTP/AVP 0\r\n",
    SESSION "m=audio 4000 RTP/AVP\r\n",
    SESSION "m=audio 4000 RTP/AVP \r\n",
    SESSION "m=audio 4000 RTP/AVP 0  8\r\n",
    SESSION "m=audio 4000 RTP/AVP 0 0\r\n",
    SESSION "m=audio 4000 RTP/AVP 8 08 008\r\na=rtpmap:08 PCMA/8000\r\n",
    SESSION "m=audio 4000 RTP/AVP 127 128\r\n",
    SESSION "m=audio 4000 RTP/AVP 0 4294967296\r\n",
    SESSION "m=audio 4000 RTP/AVP 0 x\r\na=fmtp:x y\r\n",
    SESSION "m=image 4000 udptl t38\r\n",
    SESSION "m= 4000 RTP/AVP 0\r\n",
    SESSION "m=audio 1 RTP/AVP 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 "
            "26 27 28 29 30 31 32 33 34 35 36 37 38 39 40\r\na=fmtp:39 x\r\na=fmtp:40 x\r\n",
    AUDIO "a=rtpmap:0 PCMU/8000\r\na=rtpmap:0 pcmu/8000\r\na=rtpmap:0 PCMA/8000\r\n",
    AUDIO "a=rtpmap:8 PCMA/16000\r\na=rtpmap:0 PCMU/80001\r\n",
    AUDIO "a=rtpmap:0 PCMU/8000/1\r\na=rtpmap:8 PCMA/8000/0\r\na=rtpmap:101 x/8000/256\r\n",
    AUDIO "a=rtpmap:0 PCMU/0\r\na=rtpmap:8 PCMA\r\na=rtpmap:101 /8000\r\n",
    AUDIO "a=rtpmap:0 PC MU/8000\r\na=rtpmap:8 PCMA/8000 \r\na=rtpmap:101 a/b/c/d\r\n",
    AUDIO "a=rtpmap:0 fifteen-letters/8000\r\na=rtpmap:8 sixteen--letters/8000\r\n",
    AUDIO "a=rtpmap:0 x/4294967295\r\na=rtpmap:8 x/4294967296\r\na=rtpmap:101 x/999999999\r\n",
    AUDIO "a=rtpmap: 0 PCMU/8000\r\na=rtpmap:8\r\na=rtpmap:1 x/8000\r\na=rtpmap:10 x/8000\r\n",
    AUDIO "a=fmtp:0  x\r\na=fmtp:8 \r\na=fmtp:101\r\na=fmtp:1 x\r\n",
    AUDIO "a=fmtp:101 first\r\na=fmtp:101 second; more = 1\r\n",
    AUDIO "a=ptime:65535\r\na=ptime:65536\r\n",
    AUDIO "a=ptime:20.5\r\na=maxptime:40\r\n",
    AUDIO "a=ptime:\r\na=ptime: 20\r\na=ptime:20 30\r\n",
    AUDIO "a=sendrecv\r\na=sendonly\r\n",
    AUDIO "a=inactive\r\na=sendrecv:x\r\n",
    AUDIO "a=recvonly\r\na=Sendrecv\r\na=sendrecv x\r\n",
    AUDIO "c=IN IP4 192.0.2.1\r\nb=AS:64\r\nc=IN IP4 192.0.2.2\r\nz=x\r\nt=0 0\r\n",
};

static void test_same_by_rules(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(bodies); i++) {
        g_test_message("%s", bodies[i]);
        assert_same_by_rules(bodies[i], strlen(bodies[i]));
    }
}

static void test_truncations(void)
{
    for (size_t len = 0; len <= strlen(bodies[0]); len++)
        assert_same_by_rules(bodies[0], len);
}

/* That lines are of usual form is not left to chance. */
static void test_forms(void)
{
    Slice rest = SLICE_LITERAL(
        AUDIO
        "a=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\na=ptime:20\r\na=sendrecv\r\n");
    Sdp sdp = { 0 };
    SdpConnection connection = { 0 };
    SdpFormat formats[SDP_FORMATS_MAX];
    SdpMedia media = { .formats = formats, .direction = SDP_INACTIVE };
    Slice name;

    g_assert_true(sdp_usual_version(&rest));
    g_assert_true(sdp_usual_origin(&rest, &sdp));
    assert_slice(sdp.origin_user, "root");
    assert_slice(sdp.origin_session_id, "28");
    assert_slice(sdp.origin_version, "29");
    assert_slice(sdp.origin_address, "192.0.2.101");
    g_assert_true(sdp_usual_name(&rest, &name));
    assert_slice(name, "-");
    g_assert_true(sdp_usual_connection(&rest, &connection));
    assert_slice(connection.text, "192.0.2.101");
    g_assert_true(ip_equal(connection.ip, ip_from_v4(0xc0000265)));
    g_assert_true(sdp_usual_time(&rest));
    g_assert_true(sdp_usual_media(&rest, &media));
    assert_slice(media.media, "audio");
    g_assert_cmpuint(media.port, ==, 4000);
    assert_slice(media.protocol, "RTP/AVP");
    g_assert_cmpuint(media.format_count, ==, 3);
    g_assert_cmpint(formats[1].payload_type, ==, 8);
    for (unsigned i = 0; i < 4; i++)
        g_assert_true(sdp_usual_attribute(&rest, &media));
    assert_slice(formats[2].encoding, "telephone-event");
    g_assert_cmpuint(formats[2].clock_hz, ==, 8000);
    assert_slice(formats[2].fmtp, "0-15");
    g_assert_cmpuint(media.ptime_ms, ==, 20);
    g_assert_cmpint(media.direction, ==, SDP_SENDRECV);
    g_assert_cmpuint(rest.len, ==, 0);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/sdp-usual/forms", test_forms);
    g_test_add_func("/sdp-usual/same-by-rules", test_same_by_rules);
    g_test_add_func("/sdp-usual/every-truncation", test_truncations);
    return g_test_run();
}
