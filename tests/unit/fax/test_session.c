#include "dissect/media/fax/session.h"

/* A caller (side 0) and what answers it (side 1), made of frames. */
static const uint8_t dcs_plain[] = { 0xff, 0xc8, 0xc1, 0x00, 0x46, 0x0e };
static const uint8_t dcs_ecm[] = { 0xff, 0xc8, 0xc1, 0x00, 0x46, 0x01, 0x22 };
static const uint8_t dis[] = { 0xff, 0xc8, 0x01, 0x20, 0x77, 0x1f, 0x23 };

typedef struct {
    GString *octets;
    unsigned pages, missing;
} Pages;

static void take(Slice octets, void *context)
{
    g_string_append_len(((Pages *)context)->octets, (const char *)octets.data, (gssize)octets.len);
}

static void take_missing(unsigned octets, void *context)
{
    ((Pages *)context)->missing += octets;
}

static void take_end(const FaxPage *page, void *context)
{
    (void)page;
    ((Pages *)context)->pages++;
}

static FaxSession *session_into(Pages *pages)
{
    FaxSession *session = fax_session_new(1, FAX_OVER_T38);
    const FaxPageSink sink = { NULL, take, take_missing, take_end, pages };

    *pages = (Pages){ .octets = g_string_new(NULL) };
    fax_session_set_sink(session, &sink);
    return session;
}

static void frame(FaxSession *session, unsigned side, const uint8_t *bytes, size_t length)
{
    fax_session_frame(session, side, slice_of(bytes, length), true, 0);
}

static void say(FaxSession *session, unsigned side, uint8_t code)
{
    const uint8_t bytes[] = { 0xff, 0xc8, code };
    frame(session, side, bytes, sizeof bytes);
}

/* Frame numbers go over the line with their lowest bit first. */
static void send_piece(FaxSession *session, uint8_t reversed_number, char octet)
{
    uint8_t bytes[4 + 256] = { 0xff, 0xc0, 0x60, reversed_number };
    memset(bytes + 4, octet, 256);
    frame(session, 0, bytes, sizeof bytes);
}

static void end_block(FaxSession *session, uint8_t command, uint8_t reversed_last)
{
    const uint8_t bytes[] = { 0xff, 0xc8, 0x7d, command, 0, 0, reversed_last };
    frame(session, 0, bytes, sizeof bytes);
}

static void negotiate(FaxSession *session, const uint8_t *dcs, size_t length)
{
    frame(session, 1, dis, sizeof dis);
    frame(session, 0, dcs, length);
    fax_session_data(session, 0, SLICE_LITERAL("\0\0\0\0"), 0);
    fax_session_data_end(session, 0, 0);
    say(session, 1, 0x21);
}

static void expect(FaxSession *session, FaxResult want, const char *reason)
{
    g_autofree char *got = NULL;

    g_assert_cmpint(fax_session_result(session, true, &got), ==, want);
    if (reason)
        g_assert_nonnull(strstr(got, reason));
    else
        g_assert_null(got);
    fax_session_free(session);
}

static void test_two_plain_pages(void)
{
    Pages pages;
    FaxSession *session = session_into(&pages);

    negotiate(session, dcs_plain, sizeof dcs_plain);
    for (unsigned i = 0; i < 2; i++) {
        fax_session_data(session, 0, SLICE_LITERAL("page"), 0);
        fax_session_data_end(session, 0, 0);
        say(session, 0, i ? 0xf4 : 0xf2); /* MPS, EOP */
        say(session, 1, 0x31);
    }
    say(session, 0, 0xdf);
    g_assert_cmpstr(pages.octets->str, ==, "pagepage"); /* the training check is no page */
    g_assert_cmpuint(pages.pages, ==, 2);
    g_assert_cmpuint(fax_session_pages_ok(session), ==, 2);
    g_string_free(pages.octets, TRUE);
    expect(session, FAX_OK, NULL);
}

static void test_ecm_repeated(void)
{
    Pages pages;
    FaxSession *session = session_into(&pages);

    negotiate(session, dcs_ecm, sizeof dcs_ecm);
    send_piece(session, 0x00, 'a');
    send_piece(session, 0x40, 'c'); /* number 2; 1 is lost */
    end_block(session, 0x74, 0x40);
    say(session, 1, 0x3d);
    send_piece(session, 0x80, 'b');
    end_block(session, 0x74, 0x40);
    say(session, 1, 0x31);
    g_assert_cmpuint(pages.octets->len, ==, 3 * 256);
    g_assert_cmpint(pages.octets->str[256], ==, 'b');
    g_assert_cmpuint(pages.missing, ==, 0);
    const FaxPage *page = &g_array_index(session->pages, FaxPage, 0);
    g_assert_cmpuint(page->frames, ==, 3);
    g_assert_cmpint(page->command, ==, T30_EOP);
    g_string_free(pages.octets, TRUE);
    expect(session, FAX_OK, NULL);
}

static void test_ecm_given_up(void)
{
    Pages pages;
    FaxSession *session = session_into(&pages);

    negotiate(session, dcs_ecm, sizeof dcs_ecm);
    send_piece(session, 0x00, 'a');
    send_piece(session, 0x40, 'c');
    end_block(session, 0x74, 0x40);
    say(session, 1, 0x3d);
    static const uint8_t eor[] = { 0xff, 0xc8, 0x73, 0x74 };
    frame(session, 0, eor, sizeof eor);
    say(session, 1, 0x38);
    g_assert_cmpuint(pages.missing, ==, 256);
    g_assert_cmpuint(pages.pages, ==, 1);
    g_string_free(pages.octets, TRUE);
    expect(session, FAX_FAILED, "EOR");
}

static void test_failures(void)
{
    FaxSession *session = fax_session_new(1, FAX_OVER_T38);
    fax_session_indicator(session, 0, IFP_CNG, 0);
    expect(session, FAX_FAILED, "tones only");

    session = fax_session_new(1, FAX_OVER_T38);
    frame(session, 1, dis, sizeof dis);
    say(session, 0, 0xdf);
    expect(session, FAX_FAILED, "before the sender chose");

    session = fax_session_new(1, FAX_OVER_T38);
    for (unsigned i = 0; i < 3; i++) {
        frame(session, 0, dcs_plain, sizeof dcs_plain);
        say(session, 1, 0x22);
    }
    say(session, 0, 0xdf);
    expect(session, FAX_FAILED, "FTT, 3 times");

    session = fax_session_new(1, FAX_OVER_T38);
    negotiate(session, dcs_plain, sizeof dcs_plain);
    fax_session_data(session, 0, SLICE_LITERAL("page"), 0);
    say(session, 0, 0xf4);
    say(session, 1, 0x32);
    expect(session, FAX_FAILED, "refused page 1");

    session = fax_session_new(1, FAX_OVER_T38);
    negotiate(session, dcs_plain, sizeof dcs_plain);
    fax_session_data(session, 0, SLICE_LITERAL("page"), 0);
    fax_session_loss(session, 0, 7);
    expect(session, FAX_FAILED, "broke off inside page 1; 7 packets");
}

static void test_under_way(void)
{
    g_autoptr(FaxSession) session = fax_session_new(1, FAX_OVER_T38);

    negotiate(session, dcs_plain, sizeof dcs_plain);
    g_assert_cmpint(fax_session_result(session, false, NULL), ==, FAX_UNDER_WAY);
}

static void test_bounded(void)
{
    g_autoptr(FaxSession) session = fax_session_new(1, FAX_OVER_T38);

    for (unsigned i = 0; i < 5000; i++) {
        say(session, 0, 0x58);
        say(session, 0, 0x6f); /* no signal of T.30 */
    }
    g_assert_cmpuint(session->events->len, ==, 1024);
    g_assert_cmpuint(session->events_left_out, ==, 10000 - 1024);
    fax_session_frame(session, 0, SLICE_LITERAL("x"), true, 0);
    g_assert_cmpuint(session->odd_frames, ==, 1);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/fax/two-plain-pages", test_two_plain_pages);
    g_test_add_func("/fax/ecm-repeated", test_ecm_repeated);
    g_test_add_func("/fax/ecm-given-up", test_ecm_given_up);
    g_test_add_func("/fax/failures", test_failures);
    g_test_add_func("/fax/under-way", test_under_way);
    g_test_add_func("/fax/bounded", test_bounded);
    return g_test_run();
}
