/* capture/filter.c - see filter.h. */
#include "capture/filter.h"
#include "capture/capture.h"
#include <string.h>

#define SNAPLEN      262144
#define PROGRAMS_MAX 64u

typedef struct {
    uint16_t link_type;
    bool usable;
    struct bpf_program code; /* owned when @usable */
} FilterProgram;

struct PacketFilter {
    char *text;                           /* owned */
    FilterProgram programs[PROGRAMS_MAX]; /* further link types match nothing */
    unsigned count;
    char *failure; /* owned */
};

static const struct {
    int dlt;
    uint16_t link_type;
} dlt_link_types[] = { { DLT_RAW, 101 }, { DLT_ATM_RFC1483, 100 } };

int link_type_to_dlt(uint16_t link_type)
{
    for (size_t i = 0; i < G_N_ELEMENTS(dlt_link_types); i++)
        if (dlt_link_types[i].link_type == link_type)
            return dlt_link_types[i].dlt;
    return link_type;
}

uint16_t link_type_from_dlt(int dlt)
{
    for (size_t i = 0; i < G_N_ELEMENTS(dlt_link_types); i++)
        if (dlt_link_types[i].dlt == dlt)
            return dlt_link_types[i].link_type;
    return (uint16_t)dlt;
}

static bool compiles(pcap_t *pcap, const char *text)
{
    struct bpf_program code;
    if (pcap_compile(pcap, &code, text, 1, PCAP_NETMASK_UNKNOWN) != 0)
        return false;
    pcap_freecode(&code);
    return true;
}

/* Whether some filter begins with these bytes: libpcap's parser does not tell where it stopped, but
 * what it accepts with an ending added was right so far. */
static bool is_right_so_far(pcap_t *pcap, const char *text, size_t length)
{
    static const char *const endings[] = { "", " ip", " 1", " 127.0.0.1", " host 127.0.0.1" };
    size_t open = 0;
    for (size_t i = 0; i < length; i++)
        open += text[i] == '(' ? 1 : text[i] == ')' && open > 0 ? (size_t)-1 : 0;
    g_autofree char *closing = g_strnfill(open, ')');
    for (size_t i = 0; i < G_N_ELEMENTS(endings); i++) {
        g_autofree char *try = g_strdup_printf("%.*s%s%s", (int)length, text, endings[i], closing);
        if (compiles(pcap, try))
            return true;
    }
    return false;
}

static bool word_begins(const char *text, size_t at)
{
    static const char separators[] = " \t\r\n[]:&|=<>!";
    if (text[at] == '\0' || text[at] == '(' || text[at] == ')')
        return true;
    return !strchr(separators, text[at]) &&
           (at == 0 || strchr("()", text[at - 1]) || strchr(separators, text[at - 1]));
}

/* The column of the first word that cannot stand where it stands. */
static unsigned find_fault(pcap_t *pcap, const char *text)
{
    for (size_t at = strlen(text); at > 0; at--)
        if (word_begins(text, at) && is_right_so_far(pcap, text, at))
            return (unsigned)at + 1;
    return 1;
}

bool packet_filter_compile(pcap_t *pcap, const char *text, struct bpf_program *out, GError **error)
{
    if (pcap_compile(pcap, out, text, 1, PCAP_NETMASK_UNKNOWN) == 0)
        return true;
    g_autofree char *cause = g_strdup(pcap_geterr(pcap));
    g_set_error(error, CAPTURE_ERROR, CAPTURE_ERROR_FILTER,
                "capture filter \"%s\", column %u: %s; see pcap-filter(7)", text,
                find_fault(pcap, text), cause);
    return false;
}

static FilterProgram *add_program(PacketFilter *filter, uint16_t link_type, GError **error)
{
    FilterProgram *program = &filter->programs[filter->count++];
    program->link_type = link_type;
    pcap_t *pcap = pcap_open_dead(link_type_to_dlt(link_type), SNAPLEN);
    program->usable = packet_filter_compile(pcap, filter->text, &program->code, error);
    pcap_close(pcap);
    return program;
}

PacketFilter *packet_filter_new(const char *text, GError **error)
{
    PacketFilter *filter = g_new0(PacketFilter, 1);
    filter->text = g_strdup(text);
    if (add_program(filter, DLT_EN10MB, error)->usable)
        return filter;
    packet_filter_free(filter);
    return NULL;
}

void packet_filter_free(PacketFilter *filter)
{
    if (!filter)
        return;
    for (unsigned i = 0; i < filter->count; i++)
        if (filter->programs[i].usable)
            pcap_freecode(&filter->programs[i].code);
    g_free(filter->text);
    g_free(filter->failure);
    g_free(filter);
}

static FilterProgram *find_program(PacketFilter *filter, uint16_t link_type)
{
    for (unsigned i = 0; i < filter->count; i++)
        if (filter->programs[i].link_type == link_type)
            return &filter->programs[i];
    if (filter->count == PROGRAMS_MAX)
        return NULL;
    g_autoptr(GError) error = NULL;
    FilterProgram *program = add_program(filter, link_type, &error);
    if (error && !filter->failure)
        filter->failure =
            g_strdup_printf("packets of link type %u are left out: %s", link_type, error->message);
    return program;
}

static bool matches(PacketFilter *filter, const Packet *packet)
{
    FilterProgram *program = find_program(filter, packet->link_type);
    if (!program || !program->usable)
        return false;
    struct pcap_pkthdr header = { .caplen = packet->caplen, .len = packet->len };
    return pcap_offline_filter(&program->code, &header, packet->data) != 0;
}

void packet_filter_apply(PacketFilter *filter, PacketBlock *block)
{
    unsigned kept = 0;
    for (unsigned i = 0; i < block->count; i++)
        if (matches(filter, &block->packets[i]))
            block->packets[kept++] = block->packets[i];
    block->count = kept;
}

const char *packet_filter_failure(const PacketFilter *filter)
{
    return filter->failure;
}
