#include "export/save.h"
#include "capture/capture.h"
#include "capture/writer.h"
#include "export/escape.h"
#include "export/save_match.h"
#include "export/save_plain.h"
#include "export/save_secrets.h"
#include <errno.h>
#include <stdio.h>

#define PROGRESS_PACKETS 16384u

char *message_read(PacketStore *store, const CallMessage *message, size_t *out_length,
                   GError **error)
{
    PacketRef ref = message->text;
    g_autofree char *text = g_malloc((gsize)ref.length + 1);

    switch (packet_store_read(store, ref, (uint8_t *)text)) {
    case PACKET_STORE_OK:
        text[ref.length] = '\0';
        if (out_length)
            *out_length = ref.length;
        return g_steal_pointer(&text);
    case PACKET_STORE_GONE:
        g_set_error(error, CAPTURE_ERROR, CAPTURE_ERROR_READ,
                    "the message is gone: it was not kept, or has scrolled out of the spool");
        return NULL;
    case PACKET_STORE_ERROR:
        break;
    }
    g_set_error(error, CAPTURE_ERROR, CAPTURE_ERROR_READ,
                "the message cannot be read again from the capture");
    return NULL;
}

/* One pass over all packets. */
typedef struct {
    const SaveSelection *selection;
    SaveMatch *match;     /* borrowed */
    SavePlain *plain;     /* borrowed; NULL: as captured */
    PacketWriter *writer; /* NULL in the pass that only learns */
    GString *secrets;     /* owned; written before all packets */
    uint64_t seen, total; /* packets */
    double begin, share;  /* of the progress */
    bool stopped;
    GError *error;
} SavePass;

static bool goes_on(SavePass *pass)
{
    const SaveSelection *selection = pass->selection;

    if (++pass->seen % PROGRESS_PACKETS != 0 || !selection->progress)
        return true;
    double done = pass->total ? (double)MIN(pass->seen, pass->total) / (double)pass->total : 0;
    pass->stopped = !selection->progress(pass->begin + pass->share * done, selection->context);
    return !pass->stopped;
}

static bool learn_packet(const Packet *packet, void *context)
{
    SavePass *pass = context;

    save_match_learn(pass->match, packet);
    return goes_on(pass);
}

static bool write_packet(const Packet *packet, void *context)
{
    SavePass *pass = context;

    if (save_match_packet(pass->match, packet)) {
        const Packet *written = pass->plain ? save_plain_packet(pass->plain, packet) : packet;
        if (!packet_writer_write(pass->writer, written, &pass->error))
            return false;
    }
    return goes_on(pass);
}

/* What belongs to the calls; their keys to the pass, to @plain too unless it is NULL. */
static SaveMatch *match_of(Model *model, const SaveSelection *selection, SavePlain *plain,
                           SavePass *pass)
{
    SaveMatch *match = save_match_new(model_decode_rules(model), !selection->decrypted);

    g_mutex_lock(&model->lock);
    for (unsigned i = 0; i < selection->call_count; i++) {
        const Call *call = model_call(model, selection->calls[i]);
        if (call)
            save_match_add_call(match, model, call, selection->with_media);
        if (call && plain)
            save_plain_add_call(plain, model, call);
    }
    pass->total = model->facts.packets;
    pass->secrets =
        save_secrets(model, selection->calls, selection->call_count, !selection->secrets);
    g_mutex_unlock(&model->lock);
    save_match_finish(match);
    return match;
}

/* Packets already written stay a valid file, whatever goes wrong. */
static bool scan(PacketStore *store, SavePass *pass, PacketStoreVisit visit, GError **error)
{
    pass->seen = 0;
    if (!packet_store_scan(store, visit, pass, error))
        return false;
    if (pass->error) {
        g_propagate_error(error, g_steal_pointer(&pass->error));
        return false;
    }
    return true;
}

static bool write_secrets(SavePass *pass, GError **error)
{
    GString *lines = pass->secrets;
    bool written = lines->len == 0 ||
                   packet_writer_secrets(pass->writer, (uint8_t *)lines->str, lines->len, error);

    explicit_bzero(lines->str, lines->len);
    g_string_free(lines, TRUE);
    return written;
}

static bool run_passes(PacketStore *store, SavePass *pass, GError **error)
{
    pass->share = 1;
    if (save_match_must_learn(pass->match)) {
        pass->share = 0.5;
        if (!scan(store, pass, learn_packet, error))
            return false;
        pass->begin = 0.5;
    }
    return pass->stopped || scan(store, pass, write_packet, error);
}

static void remark_kept(const SavePass *pass)
{
    const SaveSelection *selection = pass->selection;
    uint64_t kept = pass->plain ? save_plain_kept(pass->plain) : 0;

    if (kept == 0 || !selection->remark)
        return;
    g_autofree char *line = g_strdup_printf(
        "%" G_GUINT64_FORMAT " packets of media stay encrypted: they are in fragments, or in a "
        "tunnel that is authenticated (AH, ESP, MACsec)",
        kept);
    selection->remark(line, selection->context);
}

bool save_packets(Model *model, PacketStore *store, const SaveSelection *selection,
                  const char *path, GError **error)
{
    SavePass pass = { .selection = selection };
    bool pcap = g_str_has_suffix(path, ".pcap");
    g_autoptr(PacketWriter) writer =
        packet_writer_open(path, pcap ? PACKET_WRITER_PCAP : PACKET_WRITER_PCAPNG, error);

    if (!writer)
        return false;
    g_autoptr(SavePlain) plain =
        selection->decrypted ? save_plain_new(model_decode_rules(model)) : NULL;
    g_autoptr(SaveMatch) match = match_of(model, selection, plain, &pass);
    pass.plain = plain;
    pass.match = match;
    pass.writer = writer;
    if (!write_secrets(&pass, error) || !run_passes(store, &pass, error))
        return false;
    remark_kept(&pass);
    return packet_writer_close(g_steal_pointer(&writer), error);
}

/* What save_text() needs of a message when the lock is no longer held. */
typedef struct {
    CallMessage message;
    Endpoint source, destination;
} SavedMessage;

static GArray *messages_of(Model *model, uint32_t number)
{
    GArray *messages = g_array_new(FALSE, FALSE, sizeof(SavedMessage));

    g_mutex_lock(&model->lock);
    const Call *call = model_call(model, number);
    for (unsigned i = 0; call && i < call->message_count; i++) {
        SavedMessage saved = { call->messages[i], model_endpoint(model, call->messages[i].source),
                               model_endpoint(model, call->messages[i].destination) };
        g_array_append_val(messages, saved);
    }
    g_mutex_unlock(&model->lock);
    return messages;
}

static void print_heading(FILE *file, const SavedMessage *saved)
{
    char time[TIME_TEXT_SIZE], source[ENDPOINT_TEXT_SIZE], destination[ENDPOINT_TEXT_SIZE];

    fprintf(file, "%s  %s -> %s  %s  packet %u%s\n\n",
            time_format_rfc3339(saved->message.time_ns, time, sizeof time),
            endpoint_format(saved->source, source, sizeof source),
            endpoint_format(saved->destination, destination, sizeof destination),
            sip_transport_name((SipTransport)saved->message.transport), saved->message.frame,
            saved->message.flags & MESSAGE_RETRANSMISSION ? "  retransmission" : "");
}

static void print_message(FILE *file, PacketStore *store, const SavedMessage *saved)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GString) safe = g_string_new(NULL);
    size_t length = 0;
    g_autofree char *text = message_read(store, &saved->message, &length, &error);

    print_heading(file, saved);
    if (text)
        escape_terminal(safe, slice_of(text, length), true);
    else
        g_string_printf(safe, "(%s)", error->message);
    fprintf(file, "%s\n\n", safe->str);
}

static void print_calls(FILE *file, Model *model, PacketStore *store,
                        const SaveSelection *selection)
{
    for (unsigned i = 0; i < selection->call_count && !ferror(file); i++) {
        g_autoptr(GArray) messages = messages_of(model, selection->calls[i]);
        double done = (double)i / selection->call_count;
        if (selection->progress && !selection->progress(done, selection->context))
            return;
        for (unsigned j = 0; j < messages->len; j++)
            print_message(file, store, &g_array_index(messages, SavedMessage, j));
    }
}

bool save_text(Model *model, PacketStore *store, const SaveSelection *selection, const char *path,
               GError **error)
{
    FILE *file = fopen(path, "w");

    if (file)
        print_calls(file, model, store, selection);
    bool failed = !file || ferror(file);
    if (file && fclose(file) != 0)
        failed = true;
    if (!failed)
        return true;
    g_set_error(error, CAPTURE_ERROR, CAPTURE_ERROR_WRITE, "%s: %s", path, g_strerror(errno));
    return false;
}
