#include "export/fax_audio.h"
#include "dissect/media/codec/fax_modem.h"
#include "export/audio_pass.h"
#include "export/fax_pages.h"

#define GAP_MAX_MS 500 /* of silence that is filled in: what is longer ends every signal anyway */

typedef struct {
    const FaxOptions *options;
    GPtrArray *found;
    unsigned pages;
} Search;

typedef struct {
    FaxSession *session;
    FaxPages *pages;
} CallFax;

typedef struct {
    FaxModem *modem;
    int64_t next; /* position that comes next; -1 before the first */
} Ear;

static Search *search_of(const PlayingCall *call)
{
    return audio_pass_context(call->pass);
}

static CallFax *fax_of(PlayingCall *call)
{
    CallFax *fax = call->data;

    if (fax)
        return fax;
    g_autofree char *name = g_strdup_printf("%s-fax", call->call->name);
    fax = g_new0(CallFax, 1);
    fax->session = fax_session_new(0, FAX_OVER_AUDIO);
    fax->session->call = call->call->number;
    fax->pages = fax_pages_new(search_of(call)->options, name);
    const FaxPageSink sink = fax_pages_sink(fax->pages);
    fax_session_set_sink(fax->session, &sink);
    call->data = fax;
    return fax;
}

/* Side 0 is the caller. */
static Ear *ear_of(PlayingStream *stream)
{
    Ear *ear = stream->data;

    if (ear)
        return ear;
    FaxSession *session = fax_of(stream->call)->session;
    unsigned side = stream->stream->from_caller ? 0 : 1;
    ear = g_new0(Ear, 1);
    ear->modem = fax_modem_new(session, side);
    ear->next = -1;
    session->from_caller[side] = stream->stream->from_caller;
    session->from_caller[!side] = !stream->stream->from_caller;
    session->ends[side] = session->targets[!side] = stream->stream->key.source;
    session->targets[side] = stream->stream->key.destination;
    if (session->ends[!side].port == 0)
        session->ends[!side] = stream->stream->key.destination;
    stream->data = ear;
    return ear;
}

static int64_t time_of(const PlayingCall *call, int64_t at)
{
    return call->call->first_ns + at * NS_PER_S / FAX_MODEM_RATE_HZ;
}

static void hear_silence(Ear *ear, const PlayingCall *call, int64_t from, int64_t to)
{
    static const int16_t silence[FAX_MODEM_RATE_HZ * GAP_MAX_MS / 1000];

    if (to > from)
        fax_modem_feed(ear->modem, silence, (size_t)MIN(to - from, (int64_t)G_N_ELEMENTS(silence)),
                       time_of(call, from));
}

/* Telephone sound that was brought to the rate of another stream of the call: every so many samples
 * are as good as those that were there. */
static size_t to_modem_rate(int16_t *out, const int16_t *samples, size_t count, int64_t at,
                            unsigned step)
{
    size_t length = 0;

    for (size_t i = (size_t)((step - at % step) % step); i < count; i += step)
        out[length++] = samples[i];
    return length;
}

static void hear(PlayingStream *stream, int64_t at, const int16_t *samples, size_t count)
{
    unsigned step = stream->call->call->rate_hz / FAX_MODEM_RATE_HZ;
    int16_t piece[1024];

    if (step == 0 || stream->call->call->rate_hz % FAX_MODEM_RATE_HZ != 0)
        return;
    Ear *ear = ear_of(stream);
    int64_t position = (at + step - 1) / step;
    if (ear->next >= 0)
        hear_silence(ear, stream->call, ear->next, position);
    for (size_t from = 0; from < count; from += G_N_ELEMENTS(piece)) {
        size_t length = to_modem_rate(piece, samples + from, MIN(count - from, G_N_ELEMENTS(piece)),
                                      at + (int64_t)from, step);
        fax_modem_feed(ear->modem, piece, length, time_of(stream->call, position));
        position += (int64_t)length;
    }
    ear->next = position;
}

/* Speech may have a moment like CNG or CED; a fax has both, or frames. */
static bool is_fax(const FaxSession *session)
{
    bool cng = false, ced = false;

    for (unsigned i = 0; i < T30_SIGNALS; i++)
        if (session->frames[i])
            return true;
    for (unsigned i = 0; i < session->events->len; i++) {
        const FaxEvent *event = &g_array_index(session->events, FaxEvent, i);
        cng |= event->kind == FAX_INDICATOR && event->code == IFP_CNG;
        ced |= event->kind == FAX_INDICATOR && event->code == IFP_CED;
    }
    return cng && ced;
}

static void end_call(PlayingCall *call)
{
    CallFax *fax = call->data;
    Search *search = search_of(call);
    GError *error = NULL;
    unsigned pages = 0;

    for (unsigned i = 0; i < call->count; i++) {
        Ear *ear = g_steal_pointer(&call->streams[i].data);
        if (ear)
            fax_modem_free(ear->modem);
        g_free(ear);
    }
    if (!fax)
        return;
    fax_session_finish(fax->session);
    if (!fax_pages_close(fax->pages, &pages, &error))
        audio_pass_fail(call->pass, error);
    search->pages += pages;
    fax_session_clear_sink(fax->session);
    if (is_fax(fax->session))
        g_ptr_array_add(search->found, fax->session);
    else
        fax_session_free(fax->session);
    g_free(fax);
    call->data = NULL;
}

static const AudioListener fax_listener = { .sound = hear, .ended = end_call };

bool fax_audio_run(const GPtrArray *plan, PacketStore *store, const FaxOptions *options,
                   uint64_t packets, GPtrArray *found, unsigned *pages, GError **error)
{
    static const AudioStyle as_sent = { .sent = true };
    Search search = { .options = options, .found = found };
    const AudioPassSetup setup = {
        .plan = plan,
        .style = &as_sent,
        .listener = &fax_listener,
        .context = &search,
        .packets = packets,
        .progress = options->progress,
        .progress_context = options->context,
    };

    if (!fax_modem_exists())
        return true;
    bool done = audio_pass_run(store, &setup, error);
    *pages += search.pages;
    return done;
}
