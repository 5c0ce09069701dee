#include "export/audio_plan.h"
#include "dissect/media/codec/decoder.h"
#include "dissect/media/stream_obstacle.h"
#include "export/audio_fork.h"
#include "export/call_name.h"
#include "export/framed_media.h"
#include "export/resampler.h"

#define STREAMS_MAX 64u /* of one call */

typedef struct {
    Model *model;
    const AudioStyle *style;
    AudioCall *call;
} Planner;

bool audio_stream_is_heard(const AudioStream *stream, int64_t time_ns)
{
    bool quiet = time_ns >= stream->quiet_from_ns && time_ns < stream->quiet_until_ns;
    return time_ns >= stream->first_ns && time_ns <= stream->last_ns && !quiet;
}

/* Repair data beside speech (RFC 5109, RFC 8627, RFC 4588): no sound of its own. */
static bool is_repair(const PayloadFormat *format)
{
    static const char *const names[] = { "ulpfec", "parityfec", "flexfec", "rtx" };

    for (unsigned i = 0; format->encoding && i < G_N_ELEMENTS(names); i++)
        if (g_ascii_strcasecmp(format->encoding, names[i]) == 0)
            return true;
    return false;
}

/* What is made of a stream. */
typedef struct {
    uint32_t rate_hz; /* 0: nothing can be heard */
    unsigned channels;
} Sounding;

/* What cannot be decoded of a payload type, or NULL; the highest of what can is kept in @out. */
static char *refusal_of(const PayloadFormat *format, Sounding *out)
{
    uint32_t rate_hz = 0;
    unsigned channels = 1;
    DecoderStatus status;

    switch (format->kind) {
    case PAYLOAD_EVENT:
    case PAYLOAD_COMFORT_NOISE:
        return NULL;
    case PAYLOAD_VIDEO:
        return g_strdup_printf("%s is video, which is left out", format->encoding);
    case PAYLOAD_TEXT:
        return g_strdup_printf("%s is text, which is left out", format->encoding);
    case PAYLOAD_AUDIO:
    case PAYLOAD_OTHER:
        break;
    }
    if (is_repair(format))
        return NULL;
    status = decoder_find(format, &rate_hz, &channels);
    if (status != DECODER_OK)
        return decoder_refusal(format, status);
    out->rate_hz = MAX(out->rate_hz, rate_hz);
    out->channels = MAX(out->channels, MIN(channels, PLAYOUT_CHANNELS_MAX));
    return NULL;
}

/* Takes over @what. */
static void refuse(AudioStream *stream, char *what)
{
    char *former = stream->refusal;

    stream->refusal = former ? g_strconcat(former, "; ", what, NULL) : g_strdup(what);
    g_free(former);
    g_free(what);
}

/* RFC 2198 section 5: what is inside stands in a=fmtp, "111/111"; not of interest twice. */
static void sound_in_red(const PayloadFormat *red, AudioStream *stream, Sounding *out)
{
    Slice types = slice_from_string(red->fmtp ? red->fmtp : "");
    uint64_t seen[2] = { 0 };

    while (types.len > 0) {
        uint64_t type;
        if (!slice_to_uint(slice_trim(slice_split(&types, '/')), 127, &type) ||
            seen[type / 64] >> type % 64 & 1)
            continue;
        seen[type / 64] |= UINT64_C(1) << type % 64;
        const PayloadFormat *inside = payload_lookup(stream->payloads, (uint8_t)type);
        char *refusal = inside ? refusal_of(inside, out) : NULL;
        if (refusal)
            refuse(stream, refusal);
    }
}

static bool is_red(const PayloadFormat *format)
{
    return format && format->encoding && g_ascii_strcasecmp(format->encoding, "red") == 0;
}

/* Of all the stream's codecs. */
static Sounding sound_of(const StreamReport *report, AudioStream *stream)
{
    Sounding sounding = { .channels = 1 };

    for (unsigned i = 0; i < report->payload_type_count; i++) {
        uint8_t type = report->payload_types[i];
        const PayloadFormat *format = payload_lookup(stream->payloads, type);
        const PayloadFormat unnamed = { .payload_type = type, .kind = PAYLOAD_OTHER };
        char *refusal = NULL;
        if (is_red(format))
            sound_in_red(format, stream, &sounding);
        else
            refusal = refusal_of(format ? format : &unnamed, &sounding);
        if (refusal)
            refuse(stream, refusal);
    }
    return sounding;
}

/* Rates that cannot be brought to that of the others, which is the highest so far. */
static bool fits_rate(const Planner *planner, uint32_t rate_hz)
{
    uint32_t others_hz = planner->call->rate_hz;

    return others_hz == 0 || others_hz == rate_hz || resampler_exists();
}

static char *encryption_of(const Stream *stream)
{
    StreamObstacle obstacle = stream_obstacle(stream);

    if (obstacle == OBSTACLE_NONE)
        return NULL;
    return g_strdup_printf("encrypted (%s) and left out: %s",
                           stream_security_name(stream->security), stream_obstacle_text(obstacle));
}

/* Its sampling rate, or 0 with what speaks against it in @out->refusal. */
static uint32_t examine(const Planner *planner, const Stream *stream, const StreamReport *report,
                        AudioStream *out)
{
    char *encryption = encryption_of(stream);

    if (encryption || planner->call->streams->len >= STREAMS_MAX) {
        refuse(out, encryption ? encryption : g_strdup("more streams than are mixed"));
        return 0;
    }
    Sounding sounding = sound_of(report, out);
    uint32_t rate_hz = sounding.rate_hz;
    out->channels = sounding.channels;
    if (rate_hz == 0 || fits_rate(planner, rate_hz))
        return rate_hz;
    refuse(out, g_strdup("another sampling rate, and built without soxr"));
    return 0;
}

static bool may_be_speech(const StreamReport *report, const PayloadMap *payloads)
{
    for (unsigned i = 0; i < report->payload_type_count; i++) {
        const PayloadFormat *format = payload_lookup(payloads, report->payload_types[i]);
        if (!format || format->kind == PAYLOAD_AUDIO || format->kind == PAYLOAD_OTHER)
            return true;
    }
    return false;
}

static void copy_keys(AudioStream *found, const Stream *stream)
{
    const SrtpKey *keys = NULL;

    if (stream->srtp)
        found->key_count = srtp_context_keys(stream->srtp, &keys);
    found->keys = g_memdup2(keys, found->key_count * sizeof *keys);
}

static void add_stream(Planner *planner, const Stream *stream)
{
    AudioCall *call = planner->call;
    StreamReport report;

    stream_report(stream, &report);
    AudioStream found = {
        .key = stream->key,
        .number = stream->number,
        .dialog = stream->dialog,
        .from_caller = stream->from_caller,
        .is_speech = may_be_speech(&report, stream->payloads),
        .packets = report.packets,
        .first_ns = report.first_ns,
        .last_ns = report.last_ns,
        .payloads = stream->payloads ? payload_map_ref(stream->payloads) : NULL,
        .codec = report.codec,
        .channels = 1,
    };
    copy_keys(&found, stream);
    if (stream->transport != FLOW_OVER_UDP && !call->secrets)
        call->secrets = g_string_new(NULL);
    framed_media_secrets(planner->model, stream, call->secrets);
    uint32_t rate_hz = examine(planner, stream, &report, &found);
    call->rate_hz = MAX(call->rate_hz, rate_hz);
    g_array_append_val(rate_hz ? call->streams : call->unheard, found);
}

/* --- relays: the same speech is heard once --- */

static bool overlap(const AudioStream *a, const AudioStream *b)
{
    int64_t shared = MIN(a->last_ns, b->last_ns) - MAX(a->first_ns, b->first_ns);
    int64_t shorter = MIN(a->last_ns - a->first_ns, b->last_ns - b->first_ns);
    return shared > 0 && shared >= shorter / 2;
}

/* Is @next what a relay made of @stream? */
static bool is_forwarded(const AudioStream *stream, const AudioStream *next)
{
    if (stream->from_caller != next->from_caller || next->first_ns < stream->first_ns ||
        endpoint_equal(stream->key.source, next->key.source) || !overlap(stream, next))
        return false;
    return stream->key.ssrc == next->key.ssrc ||
           ip_equal(stream->key.destination.ip, next->key.source.ip);
}

/* Keeps of each chain the hop nearest to who speaks, or to who hears. */
static bool is_surplus(const GArray *streams, unsigned index, bool sent)
{
    const AudioStream *stream = &g_array_index(streams, AudioStream, index);

    for (unsigned i = 0; i < streams->len; i++) {
        const AudioStream *other = &g_array_index(streams, AudioStream, i);
        if (i != index && (sent ? is_forwarded(other, stream) : is_forwarded(stream, other)))
            return true;
    }
    return false;
}

static gint compare_streams(gconstpointer a, gconstpointer b)
{
    const AudioStream *first = a, *second = b;
    return (first->first_ns > second->first_ns) - (first->first_ns < second->first_ns);
}

static void drop_forwarded(Planner *planner)
{
    GArray *streams = planner->call->streams;
    bool surplus[STREAMS_MAX];

    g_array_sort(streams, compare_streams);
    for (unsigned i = 0; i < streams->len; i++)
        surplus[i] = is_surplus(streams, i, planner->style->sent);
    for (unsigned i = streams->len; i-- > 0;) {
        if (!surplus[i])
            continue;
        g_array_append_val(planner->call->hops, g_array_index(streams, AudioStream, i));
        g_array_remove_index(streams, i);
    }
}

/* --- calls --- */

static void set_times(AudioCall *call)
{
    call->first_ns = INT64_MAX;
    call->last_ns = INT64_MIN;
    for (unsigned i = 0; i < call->streams->len; i++) {
        const AudioStream *stream = &g_array_index(call->streams, AudioStream, i);
        call->first_ns = MIN(call->first_ns, stream->first_ns);
        call->last_ns = MAX(call->last_ns, stream->last_ns);
    }
}

static void add_streams(Planner *planner, const GArray *numbers)
{
    for (unsigned i = 0; numbers && i < numbers->len; i++) {
        const Stream *stream = model_stream(planner->model, g_array_index(numbers, uint32_t, i));
        if (stream)
            add_stream(planner, stream);
    }
}

static void clear_stream(AudioStream *stream, Model *model)
{
    payload_map_unref(model->payloads, stream->payloads);
    g_free(stream->refusal);
    g_free(stream->keys);
}

static void free_streams(GArray *streams, Model *model)
{
    for (unsigned i = 0; i < streams->len; i++)
        clear_stream(&g_array_index(streams, AudioStream, i), model);
    g_array_unref(streams);
}

static void free_call(AudioCall *call, Model *model)
{
    free_streams(call->streams, model);
    free_streams(call->unheard, model);
    free_streams(call->hops, model);
    if (call->secrets)
        g_string_free(call->secrets, TRUE);
    g_free(call->name);
    g_free(call);
}

static AudioCall *plan_call(Planner *planner, const Call *call)
{
    AudioCall *planned = g_new0(AudioCall, 1);
    planned->rules = model_decode_rules(planner->model);

    planned->number = call->number;
    planned->streams = g_array_new(FALSE, FALSE, sizeof(AudioStream));
    planned->unheard = g_array_new(FALSE, FALSE, sizeof(AudioStream));
    planned->hops = g_array_new(FALSE, FALSE, sizeof(AudioStream));
    planner->call = planned;
    add_streams(planner, call->streams);
    drop_forwarded(planner);
    audio_fork_choose(planned, call);
    set_times(planned);
    if (planned->streams->len > 0)
        planned->rate_hz = audio_format_rate(planner->style->format, planned->rate_hz);
    planned->name = call_file_name(call);
    return planned;
}

static gint compare_calls(gconstpointer a, gconstpointer b)
{
    const AudioCall *first = *(AudioCall *const *)a, *second = *(AudioCall *const *)b;
    return (first->first_ns > second->first_ns) - (first->first_ns < second->first_ns);
}

GPtrArray *audio_plan_new(Model *model, const uint32_t *calls, unsigned count,
                          const AudioStyle *style)
{
    GPtrArray *plan = g_ptr_array_sized_new(count);
    Planner planner = { .model = model, .style = style };

    for (unsigned i = 0; i < count; i++) {
        const Call *call = model_call(model, calls[i]);
        if (call)
            g_ptr_array_add(plan, plan_call(&planner, call));
    }
    g_ptr_array_sort(plan, compare_calls);
    return plan;
}

void audio_plan_free(GPtrArray *plan, Model *model)
{
    for (unsigned i = 0; i < plan->len; i++)
        free_call(g_ptr_array_index(plan, i), model);
    g_ptr_array_unref(plan);
}
