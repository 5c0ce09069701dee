/* JSON of capture agents: RTCP turned back into packets, figures of quality. */
#include "dissect/session/hep_quality.h"
#include "dissect/session/hep_rtcp.h"
#include <math.h>

/* As rtpengine 10.5 sent it. */
static const char rtpengine[] =
    "{ \"sender_information\":{\"ntp_timestamp_sec\":4004219151,\"ntp_timestamp_usec\":469173637,"
    "\"octets\":80000,\"rtp_timestamp\":119177, \"packets\":500},\"ssrc\":1046266666,\"type\":200,"
    "\"report_count\":1,\"report_blocks\":[{\"source_ssrc\":707526766,\"highest_seq_no\":18930,"
    "\"fraction_lost\":3,\"ia_jitter\":7,\"packets_lost\":-2,\"lsr\":2299141272,\"dlsr\":327548}],"
    "\"sdes_report_count\":1,\"sdes_information\": [ {\"sdes_chunk_ssrc\":1046266666,\"type\":1,"
    "\"text\":\"sip:bob@lab.test\"}] }";

static GByteArray *rebuild(const char *json, DissectStatus expected)
{
    GByteArray *out = g_byte_array_new();
    g_assert_cmpint(hep_rtcp_rebuild(slice_from_string(json), out), ==, expected);
    return out;
}

static void assert_words(const GByteArray *bytes, const uint32_t *words, unsigned count)
{
    g_assert_cmpuint(bytes->len, >=, count * 4);
    for (unsigned i = 0; i < count; i++) {
        const uint8_t *at = bytes->data + i * 4;
        uint32_t word =
            (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
        g_assert_cmphex(word, ==, words[i]);
    }
}

/* RFC 3550 6.4.1 and 6.5, word by word. */
static void test_rtpengine(void)
{
    static const uint32_t words[] = {
        0x81c8000c, 1046266666, 4004219151, 469173637,  119177,     500,        80000,
        707526766,  0x03fffffe, 18930,      7,          2299141272, 327548, /* and SDES: */
        0x81ca0006, 1046266666, 0x01107369, 0x703a626f, 0x62406c61, 0x622e7465, 0x73740000,
    };
    g_autoptr(GByteArray) out = rebuild(rtpengine, DISSECT_OK);
    g_assert_cmpuint(out->len, ==, sizeof words);
    assert_words(out, words, G_N_ELEMENTS(words));
}

/* Asterisk writes the sender's clock as Unix time, its numbers as text; receiver reports have no
 * sender; there may be several blocks, in any order of members. */
static void test_other_forms(void)
{
    g_autoptr(GByteArray) asterisk =
        rebuild("{\"ssrc\":\"5\",\"type\":200,\"sender_information\":{\"ntp_timestamp_sec\":"
                "\"1700000000\",\"ntp_timestamp_usec\":\"500000\",\"packets\":1}}",
                DISSECT_OK);
    assert_words(asterisk, (uint32_t[]){ 0x80c80006, 5, 3908988800, 0x80000000, 0, 1, 0 }, 7);
    g_autoptr(GByteArray) receiver =
        rebuild("{\"type\":201,\"ssrc\":9,\"report_blocks\":[{\"lsr\":1,\"source_ssrc\":2},"
                "{\"source_ssrc\":3,\"ia_jitter\":4}]}",
                DISSECT_OK);
    assert_words(receiver, (uint32_t[]){ 0x82c9000d, 9, 2, 0, 0, 0, 1, 0, 3, 0, 0, 4, 0, 0 }, 14);
    g_autoptr(GByteArray) metrics =
        rebuild("{\"type\":207,\"ssrc\":9,\"report_blocks_xr\":{\"type\":7,\"id\":8,"
                "\"fraction_lost\":25,\"burst_duration\":300,\"round_trip_delay\":120}}",
                DISSECT_OK);
    assert_words(metrics,
                 (uint32_t[]){ 0x80cf000a, 9, 0x07000008, 8, 0x19000000, 0x012c0000, 0x00780000,
                               0x7f7f7f00, 0x7f7f7f7f, 0, 0 },
                 11);
}

static void test_what_is_none(void)
{
    static const char *const others[] = { "",
                                          "{}",
                                          "[1]",
                                          "text",
                                          "{\"ssrc\":1}",
                                          "{\"type\":200}",
                                          "{\"report_blocks\":[]}",
                                          "{\"report_blocks_xr\":{\"type\":0,\"id\":0}}" };
    for (unsigned i = 0; i < G_N_ELEMENTS(others); i++)
        g_byte_array_unref(rebuild(others[i], DISSECT_NOT_MINE));
}

/* Out of every field's range, and more blocks than a packet can have. */
static void test_extremes(void)
{
    g_autoptr(GString) json =
        g_string_new("{\"ssrc\":-1,\"type\":1e300,\"sender_information\":{\"packets\":99999999999,"
                     "\"octets\":\"nan\"},\"report_blocks\":[");
    for (unsigned i = 0; i < 100; i++)
        g_string_append_printf(json, "%s{\"source_ssrc\":%u,\"packets_lost\":%s}", i ? "," : "", i,
                               i % 2 ? "9999999999" : "-9999999999");
    g_string_append(json, "]}");
    g_autoptr(GByteArray) out = rebuild(json->str, DISSECT_OK);
    g_assert_cmpuint(out->len, ==, 28 + 31 * 24);
    assert_words(out, (uint32_t[]){ 0x9fc800c0, 0, 0, 0, 0, UINT32_MAX, 0, 0, 0x00800000 }, 9);
}

static void test_every_truncation(void)
{
    size_t whole = sizeof rtpengine - 1;
    for (size_t len = 0; len <= whole; len++) {
        g_autofree char *exact = g_memdup2(rtpengine, len);
        g_autoptr(GByteArray) out = g_byte_array_new();
        DissectStatus status = hep_rtcp_rebuild(slice_of(exact, len), out);
        g_assert_cmpuint(out->len % 4, ==, 0);
        g_assert_true((status == DISSECT_OK) == (len == whole));
        g_assert_true((status == DISSECT_NOT_MINE) == (out->len == 0));
    }
}

static const char final[] =
    "{\"CORRELATION_ID\":\"call-1@example.org\",\"SSRC\":\"0x11223344\",\"TOTAL_PK\":\"1498\","
    "\"EXPECTED_PK\":1501,\"PACKET_LOSS\":3,\"MEAN_JITTER\":1.25,\"MOS\":4.38,\"RFACTOR\":93,"
    "\"CODEC_NAME\":\"PCMA\",\"TYPE\":\"FINAL\",\"DIR\":0}";

static void test_quality(void)
{
    g_auto(HepQuality) quality;
    g_assert_cmpint(hep_quality_parse(slice_from_string(final), &quality), ==, DISSECT_OK);
    g_assert_true(quality.has_ssrc && quality.final);
    g_assert_cmphex(quality.ssrc, ==, 0x11223344);
    g_assert_cmpstr(quality.call_id, ==, "call-1@example.org");
    g_assert_cmpfloat(quality.packets, ==, 1498);
    g_assert_true(isnan(quality.jitter_ms) && isnan(quality.mos_min));
    g_autofree char *text = hep_quality_text(&quality);
    g_assert_cmpstr(text, ==, "final PCMA: MOS 4.38, R 93, lost 3 of 1501, jitter 1.25 ms");
}

static void test_quality_faults(void)
{
    static const char *const others[] = { "", "{}", "{\"CODEC_NAME\":\"PCMU\"}",
                                          "{\"MOS\":\"good\"}", "{\"MOS\":nan}" };
    for (unsigned i = 0; i < G_N_ELEMENTS(others); i++) {
        g_auto(HepQuality) quality;
        g_assert_cmpint(hep_quality_parse(slice_from_string(others[i]), &quality), ==,
                        DISSECT_NOT_MINE);
    }
    for (size_t len = 0; len < sizeof final; len++) {
        g_autofree char *exact = g_memdup2(final, len);
        g_auto(HepQuality) quality;
        DissectStatus status = hep_quality_parse(slice_of(exact, len), &quality);
        g_assert_true((status == DISSECT_OK) == (len == sizeof final - 1));
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/hep_reports/rtpengine", test_rtpengine);
    g_test_add_func("/hep_reports/other_forms", test_other_forms);
    g_test_add_func("/hep_reports/what_is_none", test_what_is_none);
    g_test_add_func("/hep_reports/extremes", test_extremes);
    g_test_add_func("/hep_reports/every_truncation", test_every_truncation);
    g_test_add_func("/hep_reports/quality", test_quality);
    g_test_add_func("/hep_reports/quality_faults", test_quality_faults);
    return g_test_run();
}
