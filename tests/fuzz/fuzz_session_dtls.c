/* Datagrams of both ends between two addresses: each begins with a byte that says whose it is and
 * two with its length. */
#include "dissect/base/cursor.h"
#include "dissect/session/dtls.h"
#include "dissect/session/dtls_srtp.h"

static void export_keys(const DtlsHandshake *handshake)
{
    g_autoptr(KeyLog) log = keylog_new();
    uint8_t client[64], server[64];
    const DtlsSrtpKeys keys = { 32, 14, client, server };

    dtls_srtp_export(handshake, log, &keys);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const Endpoint ends[] = { { { 1, 1 }, 1000 }, { { 2, 2 }, 2000 } };
    g_autoptr(DtlsTable) table = dtls_table_new();
    Cursor c = cursor_over(slice_of(data, size));
    AnomalySet anomalies = { 0 };

    while (c.rest.len > 0) {
        unsigned from = cursor_u8(&c) & 1;
        size_t length = cursor_be16(&c);
        Slice bytes = cursor_slice(&c, MIN(length, c.rest.len));
        const DtlsHandshake *handshake =
            dtls_table_datagram(table, ends[from], ends[!from], bytes, &anomalies);
        if (handshake)
            export_keys(handshake);
    }
    return 0;
}
