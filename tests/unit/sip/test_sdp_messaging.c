/* What SDP says of MSRP: RFC 4975 section 8, RFC 5547 section 6 and its examples (section 9). */
#include "dissect/sip/sdp.h"

#include "sip_test.h"

#define SESSION                                                                                    \
    "v=0\r\no=alice 28 29 IN IP4 192.0.2.101\r\ns=-\r\nc=IN IP4 192.0.2.101\r\nt=0 0\r\n"

static SdpBuffer buffer;
static const Sdp *const sdp = &buffer.sdp;

/* What is found borrows of the text, which lives until the next one. */
static const SdpMessaging *parse(const char *attributes)
{
    static char *text;

    g_free(text);
    text = g_strconcat(SESSION "m=message 7654 TCP/MSRP *\r\n", attributes, NULL);
    memset(&buffer, 0xa5, sizeof buffer);
    g_assert_cmpint(sdp_parse(slice_from_string(text), &buffer), ==, DISSECT_OK);
    return sdp->media[0].has_messaging ? &sdp->media[0].messaging : NULL;
}

static void test_attributes(void)
{
    const SdpMessaging *said =
        parse("a=accept-types:message/cpim text/plain\r\na=accept-wrapped-types:*\r\n"
              "a=max-size:6442450944\r\na=msrp-cema\r\na=setup:passive\r\na=connection:existing\r\n"
              "a=path:msrp://relay.example.com:7777/x;tcp msrp://a.example.com:7654/jshA7w;tcp\r\n"
              "a=file-transfer-id:vBnG916bdberum2fFEABR1FR3ExZMUrd\r\n"
              "a=file-disposition:attachment\r\n");

    g_assert_nonnull(said);
    assert_anomalies(&sdp->anomalies, "");
    assert_slice(said->accept_types, "message/cpim text/plain");
    assert_slice(said->accept_wrapped_types, "*");
    g_assert_cmpuint(said->max_size, ==, 6442450944);
    g_assert_true(said->cema && said->existing);
    assert_slice(said->path,
                 "msrp://relay.example.com:7777/x;tcp msrp://a.example.com:7654/jshA7w;tcp");
    assert_slice(said->file_transfer_id, "vBnG916bdberum2fFEABR1FR3ExZMUrd");
    assert_slice(said->file_disposition, "attachment");
    assert_slice(sdp->media[0].setup, "passive");
    g_assert_null(parse("a=sendrecv\r\n"));
}

static void test_bad_attributes(void)
{
    parse("a=max-size:big\r\n");
    assert_anomalies(&sdp->anomalies, "sdp.bad-attribute");
    parse("a=file-selector:size:many\r\n");
    assert_anomalies(&sdp->anomalies, "sdp.bad-attribute");
}

static void test_protocols(void)
{
    g_assert_true(sdp_protocol_is_msrp(SLICE_LITERAL("TCP/MSRP")));
    g_assert_true(sdp_protocol_is_msrp(SLICE_LITERAL("TCP/TLS/MSRP")));
    g_assert_true(sdp_protocol_is_msrp(SLICE_LITERAL("TCP/WSS/MSRP")));
    g_assert_false(sdp_protocol_is_msrp(SLICE_LITERAL("MSRP")));
    g_assert_false(sdp_protocol_is_msrp(SLICE_LITERAL("RTP/AVP")));
    g_assert_false(sdp_protocol_is_msrp(SLICE_EMPTY));
}

static void test_selector(void)
{
    static const uint8_t sha1[] = { 0x72, 0x24, 0x5f, 0xe8, 0x65, 0x3d, 0xda, 0xf3, 0x71, 0x36,
                                    0x2f, 0x86, 0xd4, 0x71, 0x91, 0x3e, 0xe4, 0xa2, 0xce, 0x2e };
    SdpFile file;

    g_assert_true(sdp_file_parse(
        SLICE_LITERAL("name:\"My cool picture.jpg\" type:image/jpeg;q=\"a b\" size:32349 "
                      "hash:sha-1:72:24:5F:E8:65:3D:DA:F3:71:36:2F:86:D4:71:91:3E:E4:A2:CE:2E"),
        &file));
    assert_slice(file.name, "My cool picture.jpg");
    assert_slice(file.type, "image/jpeg;q=\"a b\"");
    g_assert_true(file.has_size);
    g_assert_cmpuint(file.size, ==, 32349);
    assert_slice(file.hash_function, "sha-1");
    g_assert_true(slice_equal(slice_of(file.hash, file.hash_len), slice_of(sha1, sizeof sha1)));
}

static void test_names(void)
{
    static const struct {
        const char *selector, *name;
    } rows[] = {
        { "name:\"a%22b%22.txt\"", "a\"b\".txt" },
        { "size:5", NULL },
        { "name:\"\"", NULL },
        { "name:\"50%\"", "50%" },
        { "name:\"%zz%0\"", "%zz%0" },
        { "name:\"nul%00\"", "nul?" },
    };

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        SdpFile file;
        g_assert_true(sdp_file_parse(slice_from_string(rows[i].selector), &file));
        g_autofree char *name = sdp_file_name(&file);
        g_assert_cmpstr(name, ==, rows[i].name);
    }
}

static void test_bad_selectors(void)
{
    static const char *const bad[] = {
        "nothing",    "name:unquoted", "name:\"open",      "size:-1", "size:",
        "hash:sha-1", "hash:sha-1:7",  "hash:sha-1:72:xy", "type:",   ":x",
    };
    SdpFile file;

    for (size_t i = 0; i < G_N_ELEMENTS(bad); i++)
        g_assert_false(sdp_file_parse(slice_from_string(bad[i]), &file));
    g_autoptr(GString) endless = g_string_new("hash:sha-1:00");
    for (unsigned i = 0; i < 2 * SDP_HASH_BYTES_MAX; i++)
        g_string_append(endless, ":ff");
    g_assert_false(sdp_file_parse(slice_of(endless->str, endless->len), &file));
    g_assert_cmpuint(file.hash_len, ==, 0);
    g_assert_true(sdp_file_parse(SLICE_LITERAL("colour:blue size:7"), &file));
    g_assert_cmpuint(file.size, ==, 7);
}

static void test_every_truncation(void)
{
    static const char text[] = "name:\"a b.jpg\" type:image/jpeg size:32349 hash:sha-1:72:24";

    for (size_t len = 0; len < sizeof text; len++) {
        g_autofree uint8_t *exact = exact_copy(text, len);
        SdpFile file;
        sdp_file_parse(slice_of(exact, len), &file);
        g_assert_cmpuint(file.hash_len, <=, 2);
        g_assert_cmpuint(file.name.len, <=, 7);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/sdp-messaging/attributes", test_attributes);
    g_test_add_func("/sdp-messaging/bad-attributes", test_bad_attributes);
    g_test_add_func("/sdp-messaging/protocols", test_protocols);
    g_test_add_func("/sdp-messaging/selector", test_selector);
    g_test_add_func("/sdp-messaging/names", test_names);
    g_test_add_func("/sdp-messaging/bad-selectors", test_bad_selectors);
    g_test_add_func("/sdp-messaging/every-truncation", test_every_truncation);
    return g_test_run();
}
