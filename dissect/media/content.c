/* dissect/media/content.c - see content.h */
#include "dissect/media/content.h"

typedef ContentFinding ReadFunction(StreamContent *content, const ContentPacket *packet);

static const ContentFinding nothing_else;

static ContentFinding read_event(StreamContent *content, const ContentPacket *packet)
{
    TelephoneEventPacket event = {
        .payload = packet->payload,
        .ts_ticks = packet->ts_ticks,
        .clock_hz = packet->format ? packet->format->clock_hz : 0,
        .time_ns = packet->time_ns,
        .payload_type = packet->payload_type,
        .marker = packet->marker,
    };

    if (!content->events)
        content->events = g_new0(TelephoneEventLog, 1);
    telephone_event_add(content->events, &event);
    return nothing_else;
}

static RealtimeText *text_of(StreamContent *content)
{
    if (!content->text)
        content->text = g_new0(RealtimeText, 1);
    return content->text;
}

static ContentFinding read_text(StreamContent *content, const ContentPacket *packet)
{
    bool whole = packet->payload.len == packet->payload_bytes;

    if (whole) /* else it is missing, like a lost one */
        realtime_text_add(text_of(content), packet->extended_seq, packet->payload);
    return nothing_else;
}

static Redundancy *redundancy_of(StreamContent *content)
{
    if (!content->redundancy)
        content->redundancy = g_new0(Redundancy, 1);
    return content->redundancy;
}

/* RFC 4733 2.6 wants events in RED as well: older blocks bring back what was lost of them. */
static void read_inner_events(StreamContent *content, const ContentPacket *packet,
                              const RedPacket *red)
{
    for (unsigned i = 0; i < red->count; i++) {
        const RedBlock *block = &red->blocks[i];
        const PayloadFormat *format = payload_lookup(packet->payloads, block->payload_type);
        if (!format || format->kind != PAYLOAD_EVENT)
            continue;
        ContentPacket inner = *packet;
        inner.format = format;
        inner.payload = block->data;
        inner.payload_type = block->payload_type;
        inner.ts_ticks = block->ts_ticks;
        read_event(content, &inner);
    }
}

static ContentFinding read_red(StreamContent *content, const ContentPacket *packet)
{
    Redundancy *redundancy = redundancy_of(content);
    RedPacket red;

    if (red_parse(packet->payload, packet->ts_ticks, &red) != DISSECT_OK) {
        redundancy->malformed++;
        return nothing_else;
    }
    const RedBlock *primary = red_primary(&red);
    ContentFinding finding = {
        .inner = payload_lookup(packet->payloads, primary->payload_type),
        .inner_bytes =
            (uint32_t)primary->data.len + packet->payload_bytes - (uint32_t)packet->payload.len,
    };
    redundancy_add_red(redundancy, &red);
    bool whole = packet->payload.len == packet->payload_bytes;
    if (whole && finding.inner && finding.inner->kind == PAYLOAD_TEXT)
        realtime_text_add_red(text_of(content), packet->extended_seq, &red);
    else
        read_inner_events(content, packet, &red);
    return finding;
}

static ContentFinding read_fec(StreamContent *content, const ContentPacket *packet)
{
    redundancy_add_fec(redundancy_of(content), packet->payload, packet->sequence);
    return (ContentFinding){ .repair = true };
}

static ContentFinding read_video(StreamContent *content, const ContentPacket *packet)
{
    VideoPacket video = {
        .payload = packet->payload,
        .extended_seq = packet->extended_seq,
        .ts_ticks = packet->ts_ticks,
        .marker = packet->marker,
    };

    if (!packet->encrypted && packet->format)
        video.codec = video_codec_find(packet->format->encoding);
    if (!content->video)
        content->video = g_new0(VideoMeter, 1);
    video_meter_add(content->video, &video);
    return nothing_else;
}

enum { READ_NOTHING, READ_EVENTS };

/* By encoding, else by kind. */
static const struct {
    const char *encoding;
    PayloadKind kind;
    ReadFunction *read;
} readers[] = {
    [READ_NOTHING] = { NULL, PAYLOAD_OTHER, NULL },
    [READ_EVENTS] = { NULL, PAYLOAD_EVENT, read_event },
    { NULL, PAYLOAD_TEXT, read_text },
    { NULL, PAYLOAD_VIDEO, read_video },
    { "red", PAYLOAD_OTHER, read_red },
    { "ulpfec", PAYLOAD_OTHER, read_fec },
};

uint8_t content_reader(const PayloadFormat *format)
{
    for (uint8_t i = READ_EVENTS; format && i < G_N_ELEMENTS(readers); i++) {
        bool fits =
            readers[i].encoding
                ? format->encoding && g_ascii_strcasecmp(format->encoding, readers[i].encoding) == 0
                : format->kind == readers[i].kind;
        if (fits)
            return i;
    }
    return READ_NOTHING;
}

uint8_t content_event_reader(void)
{
    return READ_EVENTS;
}

ContentFinding content_read(StreamContent **content, uint8_t reader, const ContentPacket *packet)
{
    if (reader == READ_NOTHING || reader >= G_N_ELEMENTS(readers))
        return nothing_else;
    if (!*content)
        *content = g_new0(StreamContent, 1);
    return readers[reader].read(*content, packet);
}

int content_read_extensions(StreamContent **content, const PayloadMap *payloads,
                            const RtpPacket *packet)
{
    const uint8_t *meaning = payload_map_extensions(payloads);

    if (!meaning)
        return AUDIO_LEVEL_UNTOLD;
    if (!*content)
        *content = g_new0(StreamContent, 1);
    if (!(*content)->levels)
        (*content)->levels = g_new0(AudioLevels, 1);
    return audio_levels_add((*content)->levels, packet, meaning);
}

void content_note_contributors(StreamContent **content, Slice csrcs)
{
    if (!*content)
        *content = g_new0(StreamContent, 1);
    if (!(*content)->contributors)
        (*content)->contributors = g_new0(Contributors, 1);
    contributors_add((*content)->contributors, csrcs);
}

void content_note_change(StreamContent **content, const StreamChange *change)
{
    if (!*content)
        *content = g_new0(StreamContent, 1);
    if (!(*content)->changes)
        (*content)->changes = g_new0(StreamChanges, 1);
    stream_changes_add((*content)->changes, change);
}

void content_free(StreamContent *content)
{
    if (!content)
        return;
    if (content->events)
        telephone_event_log_clear(content->events);
    if (content->text)
        realtime_text_clear(content->text);
    g_free(content->events);
    g_free(content->text);
    g_free(content->redundancy);
    g_free(content->video);
    g_free(content->levels);
    g_free(content->changes);
    g_free(content->contributors);
    g_free(content);
}
