#include "dissect/media/audio_levels.h"
#include <glib.h>
#include <math.h>

static RtpPacket packet_of(uint16_t profile, const uint8_t *bytes, size_t len)
{
    return (RtpPacket){ .extension = slice_of(bytes, len), .extension_profile = profile };
}

/* RFC 8285 4.2: two elements, padding between and behind them */
static const uint8_t one_byte[] = { 0xbe, 0xde, 0,   3,   0x10, 0x8c, 0, 0,
                                    0x42, 'a',  'b', 'c', 0,    0,    0, 0 };

static void test_one_byte(void)
{
    RtpPacket packet = packet_of(0xbede, one_byte, sizeof one_byte);
    RtpExtensions elements = rtp_extensions(&packet);
    RtpExtension element;
    AudioLevel level;

    g_assert_true(rtp_extensions_next(&elements, &element));
    g_assert_cmpuint(element.id, ==, 1);
    g_assert_cmpint(audio_level_parse(element.data, &level), ==, DISSECT_OK);
    g_assert_true(level.voice);
    g_assert_cmpuint(level.level, ==, 12);
    g_assert_true(rtp_extensions_next(&elements, &element));
    g_assert_cmpuint(element.id, ==, 4);
    g_assert_true(slice_equal(element.data, SLICE_LITERAL("abc")));
    g_assert_false(rtp_extensions_next(&elements, &element));
}

/* 4.3: an empty element, one of two bytes, padding */
static void test_two_bytes(void)
{
    static const uint8_t bytes[] = { 0x10, 0x05, 0, 2, 7, 0, 200, 2, 1, 2, 0, 0 };
    RtpPacket packet = packet_of(0x1005, bytes, sizeof bytes);
    RtpExtensions elements = rtp_extensions(&packet);
    RtpExtension element;

    g_assert_true(rtp_extensions_next(&elements, &element));
    g_assert_true(element.id == 7 && element.data.len == 0);
    g_assert_true(rtp_extensions_next(&elements, &element));
    g_assert_true(element.id == 200 && element.data.len == 2);
    g_assert_false(rtp_extensions_next(&elements, &element));
}

static void test_stop_and_foreign(void)
{
    static const uint8_t bytes[] = { 0xbe, 0xde, 0, 1, 0xf0, 1, 0x10, 1 };
    RtpPacket packet = packet_of(0xbede, bytes, sizeof bytes);
    RtpExtensions elements = rtp_extensions(&packet);
    RtpExtension element;

    g_assert_false(rtp_extensions_next(&elements, &element)); /* id 15 ends them */
    packet.extension_profile = 0x4711;
    elements = rtp_extensions(&packet);
    g_assert_false(rtp_extensions_next(&elements, &element));
}

static void test_every_truncation(void)
{
    for (size_t len = 4; len < sizeof one_byte; len++) {
        g_autofree uint8_t *exact = g_memdup2(one_byte, len);
        RtpPacket packet = packet_of(0xbede, exact, len);
        RtpExtensions elements = rtp_extensions(&packet);
        RtpExtension element;
        unsigned count = 0;
        while (rtp_extensions_next(&elements, &element))
            count++;
        g_assert_cmpuint(count, ==, len < 6 ? 0u : len < 12 ? 1u : 2u);
    }
}

static void test_names(void)
{
    HeaderExtension level =
        header_extension_of(SLICE_LITERAL("urn:ietf:params:rtp-hdrext:ssrc-audio-level"));
    g_assert_cmpint(level, ==, EXTENSION_AUDIO_LEVEL);
    g_assert_cmpstr(header_extension_name(level), ==, "audio-level");
    g_assert_cmpint(header_extension_of(SLICE_LITERAL("urn:x")), ==, EXTENSION_OTHER);
    g_assert_cmpstr(header_extension_name(EXTENSION_OTHER), ==, "other");
}

static void test_levels(void)
{
    uint8_t meaning[HEADER_EXTENSION_IDS] = { [1] = EXTENSION_AUDIO_LEVEL };
    uint8_t bytes[] = { 0xbe, 0xde, 0, 1, 0x10, 0, 0, 0 };
    AudioLevels levels = { { 0 }, 0, 0 };

    g_assert_true(isnan(audio_levels_report(&levels).mean_dbov));
    for (unsigned i = 0; i < 100; i++) {
        bytes[5] = i < 50 ? 0x80 | 20 : i < 75 ? 40 : 127;
        RtpPacket packet = packet_of(0xbede, bytes, sizeof bytes);
        audio_levels_add(&levels, &packet, meaning);
    }
    AudioLevelReport report = audio_levels_report(&levels);
    g_assert_cmpuint(report.packets, ==, 100);
    g_assert_cmpint(report.max_dbov, ==, -20);
    /* 10 lg (0.5 * 0.01 + 0.25 * 0.0001) */
    g_assert_cmpfloat_with_epsilon(report.mean_dbov, -22.9886, 0.001);
    g_assert_cmpfloat_with_epsilon(report.voice_percent, 50, 1e-9);
    g_assert_cmpfloat_with_epsilon(report.silent_percent, 25, 1e-9);
    g_assert_cmphex(levels.seen, ==, 2);
}

/* What is encrypted by itself tells a level only when it was opened. */
static void test_encrypted_level(void)
{
    const uint8_t meaning[HEADER_EXTENSION_IDS] = {
        [1] = EXTENSION_AUDIO_LEVEL | HEADER_EXTENSION_ENCRYPTED,
    };
    const uint8_t bytes[] = { 0xbe, 0xde, 0, 1, 0x10, 30, 0, 0 };
    RtpPacket packet = packet_of(0xbede, bytes, sizeof bytes);
    AudioLevels levels = { { 0 }, 0, 0 };

    g_assert_cmpint(audio_levels_add(&levels, &packet, meaning), ==, AUDIO_LEVEL_UNTOLD);
    g_assert_cmphex(levels.seen, ==, 2);
    packet.extension_open = true;
    g_assert_cmpint(audio_levels_add(&levels, &packet, meaning), ==, 30);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/rtp-extension/one-byte", test_one_byte);
    g_test_add_func("/rtp-extension/two-bytes", test_two_bytes);
    g_test_add_func("/rtp-extension/stop-and-foreign", test_stop_and_foreign);
    g_test_add_func("/rtp-extension/every-truncation", test_every_truncation);
    g_test_add_func("/rtp-extension/names", test_names);
    g_test_add_func("/rtp-extension/levels", test_levels);
    g_test_add_func("/rtp-extension/encrypted-level", test_encrypted_level);
    return g_test_run();
}
