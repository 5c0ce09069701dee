/* dissect/media/payload.c - see payload.h */
#include "dissect/media/payload.h"

#define STATIC_AUDIO(type, name, clock, channel_count)                                             \
    [type] = { type, channel_count, PAYLOAD_AUDIO, clock, name, NULL }
#define STATIC_VIDEO(type, name) [type] = { type, 1, PAYLOAD_VIDEO, 90000, name, NULL }

/* RFC 3551 tables 4 and 5; rows without a name are reserved, unassigned or dynamic. */
static const PayloadFormat static_formats[] = {
    STATIC_AUDIO(0, "PCMU", 8000, 1),
    STATIC_AUDIO(3, "GSM", 8000, 1),
    STATIC_AUDIO(4, "G723", 8000, 1),
    STATIC_AUDIO(5, "DVI4", 8000, 1),
    STATIC_AUDIO(6, "DVI4", 16000, 1),
    STATIC_AUDIO(7, "LPC", 8000, 1),
    STATIC_AUDIO(8, "PCMA", 8000, 1),
    STATIC_AUDIO(9, "G722", 8000, 1), /* RFC 3551 4.5.2: 16 kHz audio, 8 kHz clock */
    STATIC_AUDIO(10, "L16", 44100, 2),
    STATIC_AUDIO(11, "L16", 44100, 1),
    STATIC_AUDIO(12, "QCELP", 8000, 1),
    [13] = { 13, 1, PAYLOAD_COMFORT_NOISE, 8000, "CN", NULL },
    STATIC_AUDIO(14, "MPA", 90000, 1),
    STATIC_AUDIO(15, "G728", 8000, 1),
    STATIC_AUDIO(16, "DVI4", 11025, 1),
    STATIC_AUDIO(17, "DVI4", 22050, 1),
    STATIC_AUDIO(18, "G729", 8000, 1),
    STATIC_VIDEO(25, "CelB"),
    STATIC_VIDEO(26, "JPEG"),
    STATIC_VIDEO(28, "nv"),
    STATIC_VIDEO(31, "H261"),
    STATIC_VIDEO(32, "MPV"),
    STATIC_VIDEO(33, "MP2T"),
    STATIC_VIDEO(34, "H263"),
};

typedef struct {
    Slice name;
    PayloadKind kind;
    uint32_t fixed_clock_hz; /* 0: the rtpmap decides */
} Encoding;

static const Encoding encodings[] = {
    { SLICE_LITERAL("PCMU"), PAYLOAD_AUDIO, 0 },
    { SLICE_LITERAL("PCMA"), PAYLOAD_AUDIO, 0 },
    { SLICE_LITERAL("G722"), PAYLOAD_AUDIO, 8000 },  /* RFC 3551 4.5.2 */
    { SLICE_LITERAL("opus"), PAYLOAD_AUDIO, 48000 }, /* RFC 7587 4.1 */
    { SLICE_LITERAL("G729"), PAYLOAD_AUDIO, 0 },
    { SLICE_LITERAL("G729D"), PAYLOAD_AUDIO, 0 },
    { SLICE_LITERAL("G729E"), PAYLOAD_AUDIO, 0 },
    { SLICE_LITERAL("G7291"), PAYLOAD_AUDIO, 0 },
    { SLICE_LITERAL("G723"), PAYLOAD_AUDIO, 0 },
    { SLICE_LITERAL("G728"), PAYLOAD_AUDIO, 0 },
    { SLICE_LITERAL("G719"), PAYLOAD_AUDIO, 0 },
    { SLICE_LITERAL("G7221"), PAYLOAD_AUDIO, 0 },
    { SLICE_LITERAL("SIREN"), PAYLOAD_AUDIO, 0 },
    { SLICE_LITERAL("G726-16"), PAYLOAD_AUDIO, 0 },
    { SLICE_LITERAL("G726-24"), PAYLOAD_AUDIO, 0 },
    { SLICE_LITERAL("G726-32"), PAYLOAD_AUDIO, 0 },
    { SLICE_LITERAL("G726-40"), PAYLOAD_AUDIO, 0 },
    { SLICE_LITERAL("AAL2-G726-16"), PAYLOAD_AUDIO, 0 },
    { SLICE_LITERAL("AAL2-G726-24"), PAYLOAD_AUDIO, 0 },
    { SLICE_LITERAL("AAL2-G726-32"), PAYLOAD_AUDIO, 0 },
    { SLICE_LITERAL("AAL2-G726-40"), PAYLOAD_AUDIO, 0 },
    { SLICE_LITERAL("AMR"), PAYLOAD_AUDIO, 8000 },      /* RFC 4867 8.1 */
    { SLICE_LITERAL("AMR-WB"), PAYLOAD_AUDIO, 16000 },  /* RFC 4867 8.2 */
    { SLICE_LITERAL("AMR-WB+"), PAYLOAD_AUDIO, 72000 }, /* RFC 4352 4.1 */
    { SLICE_LITERAL("EVS"), PAYLOAD_AUDIO, 16000 },     /* 3GPP TS 26.445 A.3.1 */
    { SLICE_LITERAL("GSM"), PAYLOAD_AUDIO, 0 },
    { SLICE_LITERAL("GSM-EFR"), PAYLOAD_AUDIO, 0 },
    { SLICE_LITERAL("GSM-HR-08"), PAYLOAD_AUDIO, 0 },
    { SLICE_LITERAL("iLBC"), PAYLOAD_AUDIO, 0 },
    { SLICE_LITERAL("speex"), PAYLOAD_AUDIO, 0 },
    { SLICE_LITERAL("SILK"), PAYLOAD_AUDIO, 0 },
    { SLICE_LITERAL("iSAC"), PAYLOAD_AUDIO, 0 },
    { SLICE_LITERAL("BV16"), PAYLOAD_AUDIO, 0 },
    { SLICE_LITERAL("BV32"), PAYLOAD_AUDIO, 0 },
    { SLICE_LITERAL("CODEC2"), PAYLOAD_AUDIO, 0 },
    { SLICE_LITERAL("L8"), PAYLOAD_AUDIO, 0 },
    { SLICE_LITERAL("L16"), PAYLOAD_AUDIO, 0 },
    { SLICE_LITERAL("L24"), PAYLOAD_AUDIO, 0 },
    { SLICE_LITERAL("DVI4"), PAYLOAD_AUDIO, 0 },
    { SLICE_LITERAL("VDVI"), PAYLOAD_AUDIO, 0 },
    { SLICE_LITERAL("LPC"), PAYLOAD_AUDIO, 0 },
    { SLICE_LITERAL("QCELP"), PAYLOAD_AUDIO, 0 },
    { SLICE_LITERAL("EVRC"), PAYLOAD_AUDIO, 0 },
    { SLICE_LITERAL("EVRC0"), PAYLOAD_AUDIO, 0 },
    { SLICE_LITERAL("EVRCB"), PAYLOAD_AUDIO, 0 },
    { SLICE_LITERAL("EVRCNW"), PAYLOAD_AUDIO, 0 },
    { SLICE_LITERAL("EVRCWB"), PAYLOAD_AUDIO, 0 },
    { SLICE_LITERAL("SMV"), PAYLOAD_AUDIO, 0 },
    { SLICE_LITERAL("VMR-WB"), PAYLOAD_AUDIO, 0 },
    { SLICE_LITERAL("MP4A-LATM"), PAYLOAD_AUDIO, 0 },
    { SLICE_LITERAL("mpeg4-generic"), PAYLOAD_AUDIO, 0 },
    { SLICE_LITERAL("MPA"), PAYLOAD_AUDIO, 90000 }, /* RFC 2250 2 */
    { SLICE_LITERAL("MPA-ROBUST"), PAYLOAD_AUDIO, 0 },
    { SLICE_LITERAL("LYRA"), PAYLOAD_AUDIO, 0 },
    { SLICE_LITERAL("x-CELT"), PAYLOAD_AUDIO, 0 },
    { SLICE_LITERAL("CelB"), PAYLOAD_VIDEO, 90000 },
    { SLICE_LITERAL("JPEG"), PAYLOAD_VIDEO, 90000 },
    { SLICE_LITERAL("jpeg2000"), PAYLOAD_VIDEO, 90000 },
    { SLICE_LITERAL("nv"), PAYLOAD_VIDEO, 90000 },
    { SLICE_LITERAL("H261"), PAYLOAD_VIDEO, 90000 },
    { SLICE_LITERAL("H263"), PAYLOAD_VIDEO, 90000 },
    { SLICE_LITERAL("H263-1998"), PAYLOAD_VIDEO, 90000 },
    { SLICE_LITERAL("H263-2000"), PAYLOAD_VIDEO, 90000 },
    { SLICE_LITERAL("H264"), PAYLOAD_VIDEO, 90000 },
    { SLICE_LITERAL("H264-SVC"), PAYLOAD_VIDEO, 90000 },
    { SLICE_LITERAL("H265"), PAYLOAD_VIDEO, 90000 },
    { SLICE_LITERAL("H266"), PAYLOAD_VIDEO, 90000 },
    { SLICE_LITERAL("VP8"), PAYLOAD_VIDEO, 90000 },
    { SLICE_LITERAL("VP9"), PAYLOAD_VIDEO, 90000 },
    { SLICE_LITERAL("AV1"), PAYLOAD_VIDEO, 90000 },
    { SLICE_LITERAL("MPV"), PAYLOAD_VIDEO, 90000 },
    { SLICE_LITERAL("MP2T"), PAYLOAD_VIDEO, 90000 },
    { SLICE_LITERAL("MP4V-ES"), PAYLOAD_VIDEO, 0 },
    { SLICE_LITERAL("theora"), PAYLOAD_VIDEO, 90000 },
    { SLICE_LITERAL("raw"), PAYLOAD_VIDEO, 90000 },
    { SLICE_LITERAL("t140"), PAYLOAD_TEXT, 1000 }, /* RFC 4103 8.1 */
    { SLICE_LITERAL("CN"), PAYLOAD_COMFORT_NOISE, 0 },
    { SLICE_LITERAL("telephone-event"), PAYLOAD_EVENT, 0 },
    { SLICE_LITERAL("tone"), PAYLOAD_EVENT, 0 },
};

struct PayloadMap {
    guint64 key; /* hash of the entries it was made of */
    unsigned refs;
    unsigned count;
    const char *label;
    char *text; /* the NUL-terminated strings of @formats, one after the other */
    size_t text_len;
    bool extended;
    uint16_t encrypted_extensions;            /* bit n: id n */
    uint8_t extensions[HEADER_EXTENSION_IDS]; /* HeaderExtension */
    PayloadFormat formats[];
};

struct PayloadMapTable {
    GHashTable *maps; /* a set by key; borrows each map from its users */
};

const PayloadFormat *payload_static(uint8_t payload_type)
{
    if (payload_type >= G_N_ELEMENTS(static_formats) || !static_formats[payload_type].encoding)
        return NULL;
    return &static_formats[payload_type];
}

static const Encoding *find_encoding(Slice name)
{
    for (size_t i = 0; i < G_N_ELEMENTS(encodings); i++)
        if (encodings[i].name.len == name.len && slice_equal_nocase(name, encodings[i].name))
            return &encodings[i];
    return NULL;
}

PayloadKind payload_kind_of(Slice encoding)
{
    const Encoding *known = find_encoding(encoding);
    return known ? known->kind : PAYLOAD_OTHER;
}

uint32_t payload_fixed_clock(Slice encoding)
{
    const Encoding *known = find_encoding(encoding);
    return known ? known->fixed_clock_hz : 0;
}

bool payload_marks_talkspurts(const PayloadFormat *format)
{
    /* RFC 3640 section 3.1, RFC 6416 section 6.1 */
    static const char *const others[] = { "mpeg4-generic", "MP4A-LATM" };

    for (unsigned i = 0; format->encoding && i < G_N_ELEMENTS(others); i++)
        if (g_ascii_strcasecmp(format->encoding, others[i]) == 0)
            return false;
    return format->kind != PAYLOAD_VIDEO;
}

static const char *append_text(PayloadMap *map, Slice text)
{
    if (text.len == 0)
        return NULL;
    char *copy = map->text + map->text_len;
    memcpy(copy, text.data, text.len);
    copy[text.len] = '\0';
    map->text_len += text.len + 1;
    return copy;
}

static PayloadFormat make_format(PayloadMap *map, const PayloadEntry *entry)
{
    const PayloadFormat *fixed = payload_static(entry->payload_type);
    PayloadFormat format = { .payload_type = entry->payload_type & 0x7f, .channels = 1 };

    if (entry->encoding.len == 0 && fixed)
        format = *fixed;
    if (entry->encoding.len > 0) {
        const Encoding *known = find_encoding(entry->encoding);
        format.encoding = append_text(map, entry->encoding);
        format.kind = known ? known->kind : PAYLOAD_OTHER;
        format.clock_hz = known && known->fixed_clock_hz ? known->fixed_clock_hz : entry->clock_hz;
    } else if (!fixed) {
        format.kind = PAYLOAD_OTHER;
        format.clock_hz = entry->clock_hz;
    }
    if (entry->channels)
        format.channels = entry->channels;
    format.fmtp = append_text(map, entry->fmtp);
    return format;
}

static PayloadMap *build_map(const PayloadEntry *entries, unsigned count)
{
    const PayloadEntry *chosen[128] = { NULL };
    size_t text_size = 1;
    unsigned kept = 0;

    for (unsigned i = 0; i < count; i++) {
        uint8_t type = entries[i].payload_type & 0x7f;
        if (chosen[type])
            continue;
        chosen[type] = &entries[i];
        text_size += entries[i].encoding.len + entries[i].fmtp.len + 2;
        kept++;
    }
    PayloadMap *map = g_malloc0(sizeof *map + kept * sizeof map->formats[0] + text_size);
    map->refs = 1;
    map->text = (char *)&map->formats[kept];
    for (unsigned i = 0; i < count; i++)
        if (chosen[entries[i].payload_type & 0x7f] == &entries[i])
            map->formats[map->count++] = make_format(map, &entries[i]);
    return map;
}

/* 64 bits under a secret seed: as good as the entries and extensions themselves. */
static guint64 key_of(const PayloadEntry *entries, unsigned count, const uint8_t *extensions)
{
    uint64_t hash = hash_seed();

    for (unsigned i = 0; i < count; i++) {
        const PayloadEntry *e = &entries[i];
        uint64_t numbers =
            e->payload_type | (uint64_t)e->channels << 8 | (uint64_t)e->clock_hz << 16;
        hash = hash_bytes(e->encoding.data, e->encoding.len, hash ^ numbers);
        if (e->fmtp.len)
            hash = hash_bytes(e->fmtp.data, e->fmtp.len, hash + 1);
    }
    for (unsigned id = 1; extensions && id < HEADER_EXTENSION_IDS; id++)
        if (extensions[id] != EXTENSION_NONE)
            hash = hash_bytes(&extensions[id], 1, ~(hash + id));
    return hash;
}

PayloadMapTable *payload_map_table_new(void)
{
    PayloadMapTable *table = g_new0(PayloadMapTable, 1);
    table->maps = g_hash_table_new(g_int64_hash, g_int64_equal);
    return table;
}

void payload_map_table_free(PayloadMapTable *table)
{
    if (!table)
        return;
    g_assert(g_hash_table_size(table->maps) == 0);
    g_hash_table_destroy(table->maps);
    g_free(table);
}

PayloadMap *payload_map_get(PayloadMapTable *table, const PayloadEntry *entries, unsigned count)
{
    return payload_map_get_extended(table, entries, count, NULL);
}

PayloadMap *payload_map_get_extended(PayloadMapTable *table, const PayloadEntry *entries,
                                     unsigned count, const uint8_t *extensions)
{
    guint64 key = key_of(entries, count, extensions);
    PayloadMap *map = g_hash_table_lookup(table->maps, &key);

    if (map)
        return payload_map_ref(map);
    map = build_map(entries, count);
    map->key = key;
    for (unsigned id = 1; extensions && id < HEADER_EXTENSION_IDS; id++) {
        map->extensions[id] = extensions[id];
        map->extended |= extensions[id] != EXTENSION_NONE;
        if (extensions[id] & HEADER_EXTENSION_ENCRYPTED)
            map->encrypted_extensions |= (uint16_t)(1u << id);
    }
    g_hash_table_add(table->maps, map);
    return map;
}

const char *payload_map_label(const PayloadMap *map)
{
    return map->label;
}

void payload_map_set_label(PayloadMap *map, const char *label)
{
    map->label = label;
}

PayloadMap *payload_map_ref(PayloadMap *map)
{
    if (map)
        map->refs++;
    return map;
}

void payload_map_unref(PayloadMapTable *table, PayloadMap *map)
{
    if (!map || --map->refs > 0)
        return;
    g_hash_table_remove(table->maps, map);
    g_free(map);
}

const PayloadFormat *payload_lookup(const PayloadMap *map, uint8_t payload_type)
{
    for (unsigned i = 0; map && i < map->count; i++)
        if (map->formats[i].payload_type == payload_type)
            return &map->formats[i];
    return payload_static(payload_type);
}

const uint8_t *payload_map_extensions(const PayloadMap *map)
{
    return map && map->extended ? map->extensions : NULL;
}

uint16_t payload_map_encrypted_extensions(const PayloadMap *map)
{
    return map ? map->encrypted_extensions : 0;
}

unsigned payload_map_count(const PayloadMap *map)
{
    return map ? map->count : 0;
}

const PayloadFormat *payload_map_at(const PayloadMap *map, unsigned index)
{
    return map && index < map->count ? &map->formats[index] : NULL;
}
