/* UDPTL, facsimile packets and T.30 frames: the input is datagrams, each behind its length and the
 * side it comes from. */
#include "dissect/base/cursor.h"
#include "dissect/media/fax/stream.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void take(Slice octets, void *context)
{
    for (size_t i = 0; i < octets.len; i++) /* a sanitizer sees what cannot be read */
        *(uint64_t *)context += octets.data[i];
}

static void use(const FaxSession *session)
{
    g_autofree char *reason = NULL;
    bool failed = fax_session_result(session, true, &reason) >= FAX_PARTIAL;

    g_assert_cmpint(failed, ==, reason != NULL);
    for (unsigned i = 0; i < session->events->len; i++)
        g_free(fax_event_label(&g_array_index(session->events, FaxEvent, i)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint64_t sum = 0;
    const FaxPageSink sink = { .data = take, .context = &sum };
    g_autoptr(FaxSession) session = fax_session_new(1, FAX_OVER_T38);
    FaxStream *streams[FAX_SIDES];
    Cursor c = cursor_over(slice_of(data, size));
    AnomalySet anomalies = { 0 };

    fax_session_set_sink(session, &sink);
    for (unsigned side = 0; side < FAX_SIDES; side++)
        streams[side] = fax_stream_new((FlowKey){ 0 }, session, side, side ? IFP_2002 : IFP_1998);
    for (int64_t time_ns = 0; c.rest.len > 0; time_ns += 20 * NS_PER_MS) {
        unsigned head = cursor_be16(&c);
        Slice bytes = slice_sub(cursor_rest(&c), 0, head & 0x7fff);
        cursor_skip(&c, bytes.len);
        g_autofree uint8_t *exact = g_memdup2(bytes.data, bytes.len);
        fax_stream_datagram(streams[head >> 15], slice_of(exact, bytes.len), time_ns, &anomalies);
    }
    for (unsigned side = 0; side < FAX_SIDES; side++)
        fax_stream_finish(streams[side]);
    fax_session_finish(session);
    use(session);
    for (unsigned side = 0; side < FAX_SIDES; side++)
        fax_stream_free(streams[side]);
    return 0;
}
