#include "export/msrp_read.h"
#include "capture/capture.h"

static gint compare_pieces(gconstpointer a, gconstpointer b)
{
    const MsrpPiece *first = a, *second = b;

    return (first->offset > second->offset) - (first->offset < second->offset);
}

void msrp_reading_init(MsrpReading *reading, const MsrpEvent *event, bool whole)
{
    const MsrpContent *content = event->content;

    *reading = (MsrpReading){
        .head = event->head,
        .pieces = g_array_new(FALSE, FALSE, sizeof(MsrpPiece)),
        .from = content && !whole ? content->wrapped_at : 0,
    };
    for (unsigned i = 0; content && i < msrp_piece_count(content); i++) {
        MsrpPiece piece = msrp_piece(content, i);
        g_array_append_val(reading->pieces, piece);
    }
    g_array_sort(reading->pieces, compare_pieces); /* stable: of copies the first one counts */
}

void msrp_reading_clear(MsrpReading *reading)
{
    if (reading->pieces)
        g_array_unref(reading->pieces);
    *reading = (MsrpReading){ 0 };
}

static uint8_t *read_ref(PacketStore *store, PacketRef ref, GError **error)
{
    g_autofree uint8_t *bytes = g_malloc((gsize)ref.length + 1);

    switch (packet_store_read(store, ref, bytes)) {
    case PACKET_STORE_OK:
        bytes[ref.length] = '\0';
        return g_steal_pointer(&bytes);
    case PACKET_STORE_GONE:
        g_set_error(error, CAPTURE_ERROR, CAPTURE_ERROR_READ,
                    "a part is gone: it was not kept, or has scrolled out of the spool");
        return NULL;
    case PACKET_STORE_ERROR:
        break;
    }
    g_set_error(error, CAPTURE_ERROR, CAPTURE_ERROR_READ,
                "a part cannot be read again from the capture");
    return NULL;
}

bool msrp_read(PacketStore *store, const MsrpReading *reading, MsrpVisit visit, void *context,
               GError **error)
{
    uint64_t next = reading->from; /* of the message */

    for (unsigned i = 0; i < reading->pieces->len; i++) {
        MsrpPiece piece = g_array_index(reading->pieces, MsrpPiece, i);
        uint64_t end = piece.offset + piece.ref.length;
        if (end <= next)
            continue;
        g_autofree uint8_t *bytes = read_ref(store, piece.ref, error);
        if (!bytes)
            return false;
        uint64_t begin = MAX(piece.offset, next);
        Slice fresh = slice_from(slice_of(bytes, piece.ref.length), (size_t)(begin - piece.offset));
        next = end;
        if (!visit(begin - reading->from, fresh, context))
            break;
    }
    return true;
}

typedef struct {
    GByteArray *bytes;
    size_t max;
} Beginning;

static bool add_to_beginning(uint64_t offset, Slice bytes, void *context)
{
    Beginning *beginning = context;
    size_t room = beginning->max - beginning->bytes->len;

    if (offset != beginning->bytes->len)
        return false;
    g_byte_array_append(beginning->bytes, bytes.data, (guint)MIN(bytes.len, room));
    return beginning->bytes->len < beginning->max;
}

GByteArray *msrp_read_beginning(PacketStore *store, const MsrpReading *reading, size_t max)
{
    Beginning beginning = { g_byte_array_new(), max };

    msrp_read(store, reading, add_to_beginning, &beginning, NULL);
    return beginning.bytes;
}

char *msrp_read_head(PacketStore *store, const MsrpReading *reading, size_t *out_length,
                     GError **error)
{
    *out_length = reading->head.length;
    return (char *)read_ref(store, reading->head, error);
}
