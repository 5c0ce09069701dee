/* What a stream carries beside speech, out of SRTP whose key is known: digits, text, pictures. */
#include "dissect/media/content.h"
#include "dissect/media/telephone_event.h"
#include "unit/media/tracker_fixture.h"

#ifdef RUNG_HAVE_SRTP
#include <srtp2/srtp.h>

#define SSRC 0xcafe

typedef struct {
    MediaTracker *tracker;
    PayloadMapTable *table;
    Stream *stream; /* of the tracker */
    SrtpKey key;
    bool has_key;
    Flow flow;
    srtp_t sender;
    uint16_t seq;
    int64_t now_ns;
} Call;

/* As the model does it: an SDP names the types, and perhaps the key. */
static void take_stream(Stream *stream, void *context)
{
    static const PayloadEntry entries[] = {
        { 96, 2, 48000, SLICE_LITERAL("opus"), SLICE_EMPTY },
        { 97, 1, 90000, SLICE_LITERAL("H264"), SLICE_EMPTY },
        { 98, 1, 1000, SLICE_LITERAL("t140"), SLICE_EMPTY },
        { 101, 1, 48000, SLICE_LITERAL("telephone-event"), SLICE_EMPTY },
    };
    Call *call = context;

    call->stream = stream;
    stream_set_payloads(stream, payload_map_get(call->table, entries, G_N_ELEMENTS(entries)));
    if (call->has_key)
        media_tracker_offer_keys(call->tracker, stream, &call->key, 1);
}

static Call *call_new(bool has_key)
{
    Call *call = g_new0(Call, 1);
    const MediaEvents events = { .stream_found = take_stream, .context = call };
    srtp_policy_t policy = { .ssrc = { ssrc_any_outbound, 0 }, .key = call->key.master };

    call->tracker = media_tracker_new(&events);
    call->table = payload_map_table_new();
    call->has_key = has_key;
    call->flow = flow_between(at(1, 4000), at(2, 5000));
    call->flow.announced = true;
    call->flow.agreed = STREAM_SECURITY_SDES;
    call->now_ns = 1700000000 * NS_PER_S;
    call->key.suite = srtp_suite_named(SLICE_LITERAL("AES_CM_128_HMAC_SHA1_80"));
    for (uint8_t i = 0; i < 30; i++)
        call->key.master[i] = i;
    srtp_crypto_policy_set_aes_cm_128_hmac_sha1_80(&policy.rtp);
    srtp_crypto_policy_set_aes_cm_128_hmac_sha1_80(&policy.rtcp);
    g_assert_cmpint(srtp_create(&call->sender, &policy), ==, srtp_err_status_ok);
    return call;
}

static void call_free(Call *call)
{
    PayloadMap *map = call->stream->payloads;

    call->stream->payloads = NULL;
    media_tracker_flow_gone(call->tracker, &call->flow);
    media_tracker_free(call->tracker);
    payload_map_unref(call->table, map);
    payload_map_table_free(call->table);
    srtp_dealloc(call->sender);
    g_free(call);
}

static void send(Call *call, uint8_t payload_type, uint32_t ts_ticks, Slice payload)
{
    uint8_t bytes[256] = { 0x80, payload_type, (uint8_t)(call->seq >> 8), (uint8_t)call->seq };
    int length = 12 + (int)payload.len;

    call->seq++;
    call->now_ns += 20 * NS_PER_MS;
    put_be32(bytes + 4, ts_ticks);
    put_be32(bytes + 8, SSRC);
    memcpy(bytes + 12, payload.data, payload.len);
    g_assert_cmpint(srtp_protect(call->sender, bytes, &length), ==, srtp_err_status_ok);
    const MediaDatagram datagram = { .time_ns = call->now_ns,
                                     .payload = slice_of(bytes, (size_t)length),
                                     .on_wire = (uint32_t)length,
                                     .wire_bytes = (uint32_t)length + 28 };
    g_assert_true(media_tracker_datagram(call->tracker, &call->flow, &datagram));
}

static void speak(Call *call, unsigned packets)
{
    static const uint8_t speech[40] = { 1 };

    for (unsigned i = 0; i < packets; i++)
        send(call, 96, 960u * call->seq, slice_of(speech, sizeof speech));
}

static void test_digits(void)
{
    Call *call = call_new(true);

    speak(call, 200); /* of which most are believed without being opened */
    for (uint8_t i = 0; i < 5; i++) {
        const uint8_t event[] = { 7, (uint8_t)(i >= 2 ? 0x8a : 0x0a), (uint8_t)(4 * (i + 1)), 0 };
        send(call, 101, 960 * 200, slice_of(event, sizeof event));
    }
    speak(call, 10);
    const TelephoneEventLog *events = call->stream->content->events;
    g_assert_cmpuint(events->count, ==, 1);
    g_assert_cmpuint(events->records[0].code, ==, 7);
    g_assert_true(events->records[0].ended);
    g_assert_cmpuint(srtp_context_counts(call->stream->srtp)->failed, ==, 0);
    call_free(call);
}

static void test_text(void)
{
    Call *call = call_new(true);

    for (unsigned i = 0; i < 5; i++)
        send(call, 98, 300 * i, slice_of(&"hello"[i], 1));
    g_assert_cmpstr(call->stream->content->text->text->str, ==, "hello");
    call_free(call);
}

/* An IDR picture and one that needs it. */
static void test_pictures(void)
{
    static const uint8_t key_picture[] = { 0x65, 0x88, 0x80, 0x10 }, other[] = { 0x41, 0x9a, 0x20 };
    Call *call = call_new(true);

    for (unsigned i = 0; i < 6; i++)
        send(call, 0x80 | 97, 3000 * i,
             i ? slice_of(other, sizeof other) : slice_of(key_picture, sizeof key_picture));
    VideoReport video;
    video_report(call->stream->content->video, 90000, &video);
    g_assert_true(video.keys_known);
    g_assert_cmpuint(video.key_frames, ==, 1);
    g_assert_cmpuint(video.frames, ==, 6);
    call_free(call);
}

/* Without the key nothing is read: what is encrypted must not be taken for digits. */
static void test_without_key(void)
{
    static const uint8_t event[] = { 7, 0x0a, 4, 0 };
    Call *call = call_new(false);

    speak(call, 3);
    for (unsigned i = 0; i < 5; i++)
        send(call, 101, 2880, slice_of(event, sizeof event));
    send(call, 98, 0, slice_of("x", 1));
    g_assert_true(!call->stream->content || !call->stream->content->events);
    g_assert_true(!call->stream->content || !call->stream->content->text);
    call_free(call);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    if (!srtp_is_available())
        return 77;
    g_test_add_func("/secure-content/digits", test_digits);
    g_test_add_func("/secure-content/text", test_text);
    g_test_add_func("/secure-content/pictures", test_pictures);
    g_test_add_func("/secure-content/without-key", test_without_key);
    return g_test_run();
}
#else
int main(void)
{
    return 77; /* skipped: built without libsrtp2 */
}
#endif
