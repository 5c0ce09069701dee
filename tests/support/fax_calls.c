/* tests/support/fax_calls.c - makes calls with faxes: two terminals of spandsp send pages to each
 * other, as T.38 over UDPTL or inside G.711, and what went over the network is written as a pcap
 * with the SIP around it. Links with spandsp and libtiff and nothing of the project.
 *
 *   fax_calls OUT.pcap SENT.tif RECEIVED.tif KEY=VALUE...
 *
 * carrier=t38|audio modem=v27ter|v29|v17 coding=mh|mr|mmr ecm=0|1 pages=N version=0..3
 * repair=copies|parity|none drop=N (every Nth datagram) silent=1 (no SDP) cut=SECONDS (of the call)
 */
#include <glib.h>
#include <spandsp.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <tiffio.h>

#define STEP_SAMPLES 160 /* 20 ms */
#define LIMIT_STEPS  (50 * 400)
#define KEPT         16u
#define IFP_MAX      400
#define WIDTH        1728u
#define HEIGHT       300u
#define CALLER       0
#define CALLEE       1

typedef struct {
    uint8_t bytes[IFP_MAX];
    size_t length;
} Ifp;

typedef struct Party {
    struct Run *run;
    unsigned side;
    t38_terminal_state_t *t38;
    fax_state_t *audio;
    t30_state_t *t30;
    bool done;
    uint16_t seq; /* of UDPTL or RTP */
    uint32_t ts;
    Ifp sent[KEPT]; /* by sequence number */
    unsigned dropped;
} Party;

typedef struct Run {
    GHashTable *options;
    FILE *pcap;
    int64_t now_us;
    Party parties[2];
} Run;

static const char *option(const Run *run, const char *key, const char *otherwise)
{
    const char *value = g_hash_table_lookup(run->options, key);
    return value ? value : otherwise;
}

static int number(const Run *run, const char *key, int otherwise)
{
    const char *value = g_hash_table_lookup(run->options, key);
    return value ? atoi(value) : otherwise;
}

/* --- the capture: raw IPv4 --- */

static void put16(GByteArray *out, unsigned value)
{
    const uint8_t bytes[] = { (uint8_t)(value >> 8), (uint8_t)value };
    g_byte_array_append(out, bytes, 2);
}

static void put32(GByteArray *out, uint32_t value)
{
    put16(out, value >> 16);
    put16(out, value & 0xffff);
}

static void write_packet(Run *run, unsigned side, unsigned port, const void *payload, size_t length)
{
    g_autoptr(GByteArray) out = g_byte_array_new();
    const uint32_t head[] = { (uint32_t)(run->now_us / 1000000), (uint32_t)(run->now_us % 1000000),
                              (uint32_t)length + 28, (uint32_t)length + 28 };

    put16(out, 0x4500);
    put16(out, (unsigned)length + 28);
    put32(out, 0);
    put32(out, 0x40110000);
    put32(out, 0x0a000001 + side);
    put32(out, 0x0a000002 - side);
    put16(out, port);
    put16(out, port);
    put16(out, (unsigned)length + 8);
    put16(out, 0);
    g_byte_array_append(out, payload, (guint)length);
    fwrite(head, 1, sizeof head, run->pcap);
    fwrite(out->data, 1, out->len, run->pcap);
    run->now_us += 10;
}

static char *sdp_of(const Run *run, unsigned side)
{
    if (strcmp(option(run, "carrier", "t38"), "audio") == 0)
        return g_strdup_printf("v=0\r\no=- 1 1 IN IP4 10.0.0.%u\r\ns=-\r\nc=IN IP4 10.0.0.%u\r\n"
                               "t=0 0\r\nm=audio 4000 RTP/AVP 0\r\n",
                               side + 1, side + 1);
    return g_strdup_printf("v=0\r\no=- 1 1 IN IP4 10.0.0.%u\r\ns=-\r\nc=IN IP4 10.0.0.%u\r\n"
                           "t=0 0\r\nm=image 4000 udptl t38\r\na=T38FaxVersion:%d\r\n",
                           side + 1, side + 1, number(run, "version", 0));
}

static void say(Run *run, unsigned side, const char *start, const char *cseq, bool with_sdp)
{
    g_autofree char *sdp = with_sdp ? sdp_of(run, side) : g_strdup("");
    g_autofree char *text = g_strdup_printf(
        "%s\r\nVia: SIP/2.0/UDP 10.0.0.1;branch=z9hG4bK%s\r\nFrom: <sip:a@10.0.0.1>;tag=1\r\n"
        "To: <sip:b@10.0.0.2>%s\r\nCall-ID: fax\r\nCSeq: %s\r\nContact: <sip:x@10.0.0.%u>\r\n"
        "Max-Forwards: 70\r\n%sContent-Length: %zu\r\n\r\n%s",
        start, cseq + 2, strncmp(start, "INVITE", 6) == 0 ? "" : ";tag=2", cseq, side + 1,
        with_sdp ? "Content-Type: application/sdp\r\n" : "", strlen(sdp), sdp);

    if (!number(run, "silent", 0))
        write_packet(run, side, 5060, text, strlen(text));
}

/* --- UDPTL --- */

static void put_open(GByteArray *out, const uint8_t *bytes, size_t length)
{
    if (length >= 0x80)
        put16(out, 0x8000 | (unsigned)length);
    else
        g_byte_array_append(out, &(uint8_t){ (uint8_t)length }, 1);
    g_byte_array_append(out, bytes, (guint)length);
}

static void put_copies(GByteArray *out, const Party *party, unsigned count)
{
    const uint8_t head[] = { 0, (uint8_t)count };

    g_byte_array_append(out, head, 2);
    for (unsigned i = 1; i <= count; i++) {
        const Ifp *ifp = &party->sent[(unsigned)(party->seq - i) % KEPT];
        put_open(out, ifp->bytes, ifp->length);
    }
}

/* Two parities over three packets each (T.38 9.1.4.2). */
static void put_parities(GByteArray *out, const Party *party)
{
    static const uint8_t head[] = { 0x80, 1, 3, 2 };

    g_byte_array_append(out, head, sizeof head);
    for (unsigned m = 0; m < 2; m++) {
        Ifp parity = { .length = 0 };
        for (unsigned k = 1; k <= 3; k++) {
            const Ifp *ifp = &party->sent[(unsigned)(party->seq + m - 2 * k) % KEPT];
            parity.length = MAX(parity.length, ifp->length);
            for (size_t i = 0; i < ifp->length; i++)
                parity.bytes[i] ^= ifp->bytes[i];
        }
        put_open(out, parity.bytes, parity.length);
    }
}

static void write_udptl(Party *party)
{
    g_autoptr(GByteArray) out = g_byte_array_new();
    const Ifp *ifp = &party->sent[party->seq % KEPT];
    const char *repair = option(party->run, "repair", "copies");
    int drop = number(party->run, "drop", 0);

    put16(out, party->seq);
    put_open(out, ifp->bytes, ifp->length);
    if (strcmp(repair, "parity") == 0 && party->seq >= 6)
        put_parities(out, party);
    else
        put_copies(out, party, strcmp(repair, "copies") == 0 ? MIN(party->seq, 2u) : 0);
    if (drop && party->seq % (unsigned)drop == (unsigned)drop - 1)
        party->dropped++;
    else
        write_packet(party->run, party->side, 4000, out->data, out->len);
}

/* The other terminal gets everything: what the capture misses is for the analyser to repair. */
static int send_ifp(t38_core_state_t *core, void *context, const uint8_t *bytes, int length,
                    int count)
{
    Party *party = context, *other = &party->run->parties[!party->side];

    (void)core;
    for (int i = 0; i < count; i++) {
        Ifp *ifp = &party->sent[party->seq % KEPT];
        ifp->length = MIN((size_t)length, sizeof ifp->bytes);
        memset(ifp->bytes, 0, sizeof ifp->bytes);
        memcpy(ifp->bytes, bytes, ifp->length);
        write_udptl(party);
        t38_core_rx_ifp_packet(t38_terminal_get_t38_core_state(other->t38), ifp->bytes,
                               (int)ifp->length, party->seq);
        party->seq++;
    }
    return 0;
}

/* --- the terminals --- */

static void note_end(t30_state_t *t30, void *context, int result)
{
    Party *party = context;

    (void)t30;
    party->done = true;
    if (result != T30_ERR_OK)
        fprintf(stderr, "side %u: %s\n", party->side, t30_completion_code_to_str(result));
}

static int modems_of(const Run *run)
{
    const char *modem = option(run, "modem", "v17");

    if (strcmp(modem, "v27ter") == 0)
        return T30_SUPPORT_V27TER;
    return T30_SUPPORT_V27TER | T30_SUPPORT_V29 | (strcmp(modem, "v17") == 0 ? T30_SUPPORT_V17 : 0);
}

static int codings_of(const Run *run)
{
    const char *coding = option(run, "coding", "mmr");
    int codings = T30_SUPPORT_T4_1D_COMPRESSION;

    if (strcmp(coding, "mh") != 0)
        codings |= T30_SUPPORT_T4_2D_COMPRESSION;
    if (strcmp(coding, "mmr") == 0)
        codings |= T30_SUPPORT_T6_COMPRESSION;
    return codings;
}

static void open_party(Run *run, unsigned side, const char *sent, const char *received)
{
    Party *party = &run->parties[side];
    bool calling = side == CALLER;

    party->run = run;
    party->side = side;
    if (strcmp(option(run, "carrier", "t38"), "audio") == 0) {
        party->audio = fax_init(NULL, calling);
        fax_set_transmit_on_idle(party->audio, TRUE);
        party->t30 = fax_get_t30_state(party->audio);
    } else {
        party->t38 = t38_terminal_init(NULL, calling, send_ifp, party);
        t38_set_t38_version(t38_terminal_get_t38_core_state(party->t38), number(run, "version", 0));
        party->t30 = t38_terminal_get_t30_state(party->t38);
    }
    t30_set_tx_ident(party->t30, calling ? "+1 555 0100" : "+1 555 0199");
    t30_set_supported_modems(party->t30, modems_of(run));
    t30_set_supported_compressions(party->t30, codings_of(run));
    t30_set_supported_image_sizes(party->t30,
                                  T30_SUPPORT_215MM_WIDTH | T30_SUPPORT_UNLIMITED_LENGTH);
    t30_set_supported_resolutions(party->t30, T30_SUPPORT_STANDARD_RESOLUTION |
                                                  T30_SUPPORT_FINE_RESOLUTION |
                                                  T30_SUPPORT_R8_RESOLUTION);
    t30_set_ecm_capability(party->t30, number(run, "ecm", 1));
    t30_set_phase_e_handler(party->t30, note_end, party);
    if (calling)
        t30_set_tx_file(party->t30, sent, -1, -1);
    else
        t30_set_rx_file(party->t30, received, -1);
}

static void step_audio(Run *run)
{
    int16_t samples[STEP_SAMPLES];

    for (unsigned side = 0; side < 2; side++) {
        Party *party = &run->parties[side], *other = &run->parties[!side];
        uint8_t packet[12 + STEP_SAMPLES] = { 0x80, 0, (uint8_t)(party->seq >> 8),
                                              (uint8_t)party->seq };
        int count = fax_tx(party->audio, samples, STEP_SAMPLES);
        memset(samples + count, 0, (size_t)(STEP_SAMPLES - count) * sizeof *samples);
        for (unsigned i = 0; i < 4; i++)
            packet[4 + i] = (uint8_t)(party->ts >> (24 - 8 * i));
        packet[11] = (uint8_t)(side + 1);
        for (unsigned i = 0; i < STEP_SAMPLES; i++) {
            packet[12 + i] = linear_to_ulaw(samples[i]);
            samples[i] = ulaw_to_linear(packet[12 + i]);
        }
        write_packet(run, side, 4000, packet, sizeof packet);
        party->seq++;
        party->ts += STEP_SAMPLES;
        fax_rx(other->audio, samples, STEP_SAMPLES);
    }
}

static void exchange(Run *run)
{
    int64_t begin_us = run->now_us, cut_us = number(run, "cut", 0) * INT64_C(1000000);
    int quiet = 0;

    for (int i = 0; i < LIMIT_STEPS && quiet < 50; i++) {
        run->now_us = begin_us + i * INT64_C(20000);
        if (cut_us && run->now_us - begin_us > cut_us)
            break;
        if (run->parties[0].audio) {
            step_audio(run);
        } else {
            t38_terminal_send_timeout(run->parties[0].t38, STEP_SAMPLES);
            t38_terminal_send_timeout(run->parties[1].t38, STEP_SAMPLES);
        }
        quiet += run->parties[0].done && run->parties[1].done;
    }
}

/* --- the document --- */

/* Text-like marks, other ones on each page, so that no row decodes by chance. */
static void draw_row(uint8_t *row, unsigned y, unsigned page)
{
    memset(row, 0, WIDTH / 8);
    for (unsigned x = 0; x < WIDTH; x++) {
        unsigned cell = (x / 9 * 2654435761u) ^ (y / 7 * 40503u) ^ page * 97u;
        if (x > 100 && x < 1600 && y % 14 < 9 && cell >> 7 & 1)
            row[x / 8] |= (uint8_t)(0x80 >> x % 8);
    }
}

static bool write_document(const Run *run, const char *path)
{
    TIFF *tiff = TIFFOpen(path, "w");
    uint8_t row[WIDTH / 8];

    if (!tiff)
        return false;
    for (unsigned page = 0; page < (unsigned)number(run, "pages", 2); page++) {
        TIFFSetField(tiff, TIFFTAG_IMAGEWIDTH, WIDTH);
        TIFFSetField(tiff, TIFFTAG_IMAGELENGTH, HEIGHT);
        TIFFSetField(tiff, TIFFTAG_BITSPERSAMPLE, 1);
        TIFFSetField(tiff, TIFFTAG_SAMPLESPERPIXEL, 1);
        TIFFSetField(tiff, TIFFTAG_COMPRESSION, COMPRESSION_CCITT_T6);
        TIFFSetField(tiff, TIFFTAG_PHOTOMETRIC, PHOTOMETRIC_MINISWHITE);
        TIFFSetField(tiff, TIFFTAG_FILLORDER, FILLORDER_LSB2MSB);
        TIFFSetField(tiff, TIFFTAG_ROWSPERSTRIP, HEIGHT);
        TIFFSetField(tiff, TIFFTAG_XRESOLUTION, 204.0);
        TIFFSetField(tiff, TIFFTAG_YRESOLUTION, 196.0);
        TIFFSetField(tiff, TIFFTAG_RESOLUTIONUNIT, RESUNIT_INCH);
        for (unsigned y = 0; y < HEIGHT; y++) {
            draw_row(row, y, page);
            TIFFWriteScanline(tiff, row, y, 0);
        }
        TIFFWriteDirectory(tiff);
    }
    TIFFClose(tiff);
    return true;
}

int main(int argc, char **argv)
{
    static const uint32_t head[] = { 0xa1b2c3d4, 0x00040002, 0, 0, 65535, 101 };
    Run run = { .now_us = INT64_C(1700000000000000) };

    if (argc < 4)
        return 2;
    run.options = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    for (int i = 4; i < argc; i++) {
        g_auto(GStrv) pair = g_strsplit(argv[i], "=", 2);
        g_hash_table_insert(run.options, g_strdup(pair[0]), g_strdup(pair[1]));
    }
    run.pcap = fopen(argv[1], "wb");
    if (!run.pcap || !write_document(&run, argv[2]))
        return 1;
    fwrite(head, 1, sizeof head, run.pcap);
    open_party(&run, CALLER, argv[2], argv[3]);
    open_party(&run, CALLEE, argv[2], argv[3]);
    say(&run, CALLER, "INVITE sip:b@10.0.0.2 SIP/2.0", "1 INVITE", true);
    say(&run, CALLEE, "SIP/2.0 200 OK", "1 INVITE", true);
    say(&run, CALLER, "ACK sip:b@10.0.0.2 SIP/2.0", "1 ACK", false);
    exchange(&run);
    say(&run, CALLER, "BYE sip:b@10.0.0.2 SIP/2.0", "2 BYE", false);
    say(&run, CALLEE, "SIP/2.0 200 OK", "2 BYE", false);
    printf("%u %u\n", run.parties[0].dropped, run.parties[1].dropped);
    fclose(run.pcap);
    g_hash_table_unref(run.options);
    return 0;
}
