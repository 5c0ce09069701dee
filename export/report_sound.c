/* export/report_sound.c - what calls sound like: level, silence, clipping, who hears nothing, DTMF
 * in band. Reads the packets again: on request only. */
#include "export/reports.h"
#include "export/selection.h"
#include "export/sound.h"
#include "export/table.h"
#include <math.h>

#define WAVE_BINS 256u

static const AudioStyle usual_style = { .buffer_ms = 200 };

static void measure(const ReportContext *context, unsigned bins, SoundSink *sink, void *data)
{
    g_autoptr(GArray) calls = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    g_autoptr(GError) error = NULL;
    unsigned position = 0;

    for (const Call *call; (call = next_selected_call(context, &position));)
        if (call->streams)
            g_array_append_val(calls, call->number);
    if (!context->capture || calls->len == 0)
        return;
    const SoundRequest request = {
        .calls = (const uint32_t *)(const void *)calls->data,
        .call_count = calls->len,
        .style = context->audio ? context->audio : &usual_style,
        .bins = bins,
        .sink = sink,
        .context = data,
    };
    /* It only takes and gives back references to what the model shares; the lock is held. */
    sound_measure((Model *)context->model, capture_store(context->capture), &request, &error);
}

static const char *direction_of(const SoundStream *stream)
{
    return stream->from_caller ? "from-caller" : "from-callee";
}

/* --- text and CSV: a row a stream --- */

static const TableColumn columns[] = {
    { .name = "call", .title = "Call", .right = true },
    { .name = "stream", .title = "Stream", .right = true },
    { .name = "direction", .title = "Direction" },
    { .name = "codec", .title = "Codec", .shrink = 6 },
    { .name = "first_ms", .title = "From", .right = true, .rank = 6 },
    { .name = "duration_ms", .title = "Duration", .right = true, .rank = 5 },
    { .name = "level_dbov", .title = "dBov", .right = true },
    { .name = "active_level_dbov", .title = "Speech", .right = true },
    { .name = "activity_percent", .title = "Active%", .right = true, .rank = 3 },
    { .name = "peak_dbov", .title = "Peak", .right = true, .rank = 7 },
    { .name = "silence_percent", .title = "Silent%", .right = true },
    { .name = "longest_silence_ms", .title = "Longest", .right = true, .rank = 4 },
    { .name = "clipped_samples", .title = "Clipped", .right = true, .rank = 2 },
    { .name = "missing_ms", .title = "Missing", .right = true, .rank = 1 },
    { .name = "dtmf", .title = "DTMF", .shrink = 8 },
    { .name = "hears", .title = "Listener" },
    { .name = "remark", .title = "Remark", .shrink = 20 },
};

/* Of one stream, kept because a text table goes through its rows twice. */
typedef struct {
    uint32_t call;
    SoundStream stream;
    char *codec, *digits, *remark;
    const char *hears;
} SoundRow;

static void clear_row(void *data)
{
    SoundRow *row = data;

    g_free(row->codec);
    g_free(row->digits);
    g_free(row->remark);
}

static const char *hearing_of(const SoundCall *call, const SoundStream *stream)
{
    switch (call->hearing[stream->from_caller ? PARTY_CALLEE : PARTY_CALLER]) {
    case SOUND_HEARS:
        return "hears";
    case SOUND_HEARS_NOTHING:
        return "nothing";
    case SOUND_NOT_JUDGED:
        break;
    }
    return NULL;
}

/* Those of a stream; those of INFO requests stand beside the first stream of their sender. */
static char *digits_of(const SoundCall *call, unsigned index)
{
    const SoundStream *stream = &call->streams[index];
    GString *digits = g_string_new(NULL);
    bool first = true;

    for (unsigned i = 0; i < index; i++)
        first &= call->streams[i].from_caller != stream->from_caller;
    for (unsigned i = 0; i < call->events->len; i++) {
        const SoundEvent *event = &g_array_index(call->events, SoundEvent, i);
        if (event->stream == stream->number ||
            (first && event->stream == 0 && event->from_caller == stream->from_caller))
            g_string_append_printf(digits, event->name[1] ? "[%s]" : "%s", event->name);
    }
    return g_string_free(digits, digits->len == 0);
}

static void keep_rows(const SoundCall *call, void *context)
{
    GArray *rows = context;

    for (unsigned i = 0; i < call->stream_count; i++) {
        const SoundStream *stream = &call->streams[i];
        Party listener = stream->from_caller ? PARTY_CALLEE : PARTY_CALLER;
        SoundRow row = {
            .call = call->number,
            .stream = *stream,
            .codec = g_strdup(stream->codec),
            .digits = digits_of(call, i),
            .remark = g_strdup(stream->refusal ? stream->refusal : call->why[listener]),
            .hears = hearing_of(call, stream),
        };
        g_array_append_val(rows, row);
    }
}

static gint compare_rows(gconstpointer a, gconstpointer b)
{
    const SoundRow *first = a, *second = b;
    int calls = (first->call > second->call) - (first->call < second->call);
    uint32_t left = first->stream.number, right = second->stream.number;

    return calls ? calls : (left > right) - (left < right);
}

static void print_row(Table *table, const SoundRow *row)
{
    const SoundStream *stream = &row->stream;
    const SoundFigures *figures = &stream->figures;
    bool heard = stream->heard;

    table_uint(table, row->call);
    table_uint(table, stream->number);
    table_text(table, direction_of(stream));
    table_text(table, row->codec);
    table_double(table, heard ? figures->first_ms : NAN, 0);
    table_double(table, heard ? figures->duration_ms : NAN, 0);
    table_double(table, heard ? figures->level_dbov : NAN, 1);
    table_double(table, heard ? figures->active_level_dbov : NAN, 1);
    table_double(table, heard ? figures->activity_percent : NAN, 1);
    table_double(table, heard ? figures->peak_dbov : NAN, 1);
    table_double(table, heard ? figures->silence_percent : NAN, 1);
    table_double(table, heard ? figures->longest_silence_ms : NAN, 0);
    table_uint_if(table, heard, figures->clipped);
    table_double(table, heard ? figures->missing_ms : NAN, 0);
    table_text(table, row->digits);
    table_text(table, row->hears);
    table_text(table, row->remark);
    table_end_row(table);
}

static void print_rows(Table *table, const ReportContext *context)
{
    const GArray *rows = table_data(table);

    (void)context;
    for (unsigned i = 0; i < rows->len; i++)
        print_row(table, &g_array_index(rows, SoundRow, i));
}

void report_sound_print(const ReportContext *context, FILE *file)
{
    g_autoptr(GArray) rows = g_array_new(FALSE, FALSE, sizeof(SoundRow));
    const TableSource table = {
        .columns = columns,
        .column_count = G_N_ELEMENTS(columns),
        .empty = "No RTP streams of calls.",
        .rows = print_rows,
        .data = rows,
    };

    g_array_set_clear_func(rows, clear_row);
    measure(context, 2, keep_rows, rows);
    g_array_sort(rows, compare_rows);
    table_print(&table, context, file);
}

/* --- JSON: a record a call --- */

static void write_figures(JsonWriter *json, const SoundStream *stream)
{
    const SoundFigures *figures = &stream->figures;
    bool heard = stream->heard;

    json_double(json, "first_ms", heard ? figures->first_ms : NAN, 3);
    json_double(json, "duration_ms", heard ? figures->duration_ms : NAN, 3);
    json_double(json, "level_dbov", heard ? figures->level_dbov : NAN, 2);
    json_double(json, "active_level_dbov", heard ? figures->active_level_dbov : NAN, 2);
    json_double(json, "activity_percent", heard ? figures->activity_percent : NAN, 2);
    json_double(json, "peak_dbov", heard ? figures->peak_dbov : NAN, 2);
    json_double(json, "silence_percent", heard ? figures->silence_percent : NAN, 2);
    json_double(json, "longest_silence_ms", heard ? figures->longest_silence_ms : NAN, 0);
    json_uint_if(json, "clipped_samples", heard, figures->clipped);
    json_double(json, "missing_ms", heard ? figures->missing_ms : NAN, 3);
    json_uint_if(json, "late_packets", heard, stream->late);
    json_uint_if(json, "concealed_packets", heard, stream->concealed);
    json_uint_if(json, "restored_packets", heard, stream->restored);
}

static void write_heights(JsonWriter *json, const char *key, const SoundWave *wave, bool upper)
{
    json_begin_array(json, key);
    for (unsigned i = 0; i < wave->count; i++) {
        const SoundBin *bin = &wave->bins[i];
        json_int_if(json, NULL, bin->frames > 0, upper ? bin->max : bin->min);
    }
    json_end_array(json);
}

static void write_wave(JsonWriter *json, const SoundStream *stream)
{
    const SoundWave *wave = &stream->wave;

    if (!stream->heard) {
        json_null(json, "wave");
        return;
    }
    json_begin_object(json, "wave");
    json_double(json, "bin_ms", wave->bin_ms, 6);
    write_heights(json, "min", wave, false);
    write_heights(json, "max", wave, true);
    json_begin_array(json, "level_dbov");
    for (unsigned i = 0; i < wave->count; i++) {
        const SoundBin *bin = &wave->bins[i];
        bool sounds = bin->frames > 0 && bin->energy > 0;
        json_double(json, NULL, sounds ? 10 * log10(bin->energy / bin->frames) : NAN, 1);
    }
    json_end_array(json);
    json_end_object(json);
}

static void write_stream(JsonWriter *json, const SoundStream *stream)
{
    json_begin_object(json, NULL);
    json_uint(json, "stream", stream->number);
    json_string(json, "direction", direction_of(stream));
    json_string(json, "codec", stream->codec);
    json_bool(json, "heard", stream->heard);
    json_string(json, "remark", stream->refusal);
    write_figures(json, stream);
    write_wave(json, stream);
    json_end_object(json);
}

static void write_events(JsonWriter *json, const SoundCall *call)
{
    json_begin_array(json, "dtmf");
    for (unsigned i = 0; i < call->events->len; i++) {
        const SoundEvent *event = &g_array_index(call->events, SoundEvent, i);
        json_begin_object(json, NULL);
        json_double(json, "at_ms", event->at_ms, 3);
        json_string(json, "event", event->name);
        json_string(json, "origin", event->origin);
        json_string(json, "from", event->from_caller ? "caller" : "callee");
        json_double(json, "duration_ms", event->duration_ms, 3);
        json_uint_if(json, "stream", event->stream > 0, event->stream);
        json_end_object(json);
    }
    json_end_array(json);
}

static void write_hearing(JsonWriter *json, const char *key, const SoundCall *call, Party party)
{
    bool judged = call->hearing[party] != SOUND_NOT_JUDGED;

    json_begin_object(json, key);
    if (judged)
        json_bool(json, "hears", call->hearing[party] == SOUND_HEARS);
    else
        json_null(json, "hears");
    json_string(json, "why", call->why[party]);
    json_end_object(json);
}

static void write_call(const SoundCall *call, void *context)
{
    RecordWriter *writer = context;
    JsonWriter *json = record_begin(writer);
    bool heard = call->duration_ms > 0;

    json_uint(json, "call", call->number);
    json_time(json, "start_time", heard ? call->first_ns : TIME_UNKNOWN);
    json_double(json, "duration_ms", heard ? call->duration_ms : NAN, 3);
    write_hearing(json, "caller", call, PARTY_CALLER);
    write_hearing(json, "callee", call, PARTY_CALLEE);
    json_double(json, "dead_air_ms", heard ? call->dead_air_ms : NAN, 0);
    json_double(json, "longest_dead_air_ms", heard ? call->longest_dead_air_ms : NAN, 0);
    json_begin_array(json, "streams");
    for (unsigned i = 0; i < call->stream_count; i++)
        write_stream(json, &call->streams[i]);
    json_end_array(json);
    write_events(json, call);
    record_end(writer);
}

void report_sound_records(const ReportContext *context, RecordWriter *writer)
{
    measure(context, WAVE_BINS, write_call, writer);
}
