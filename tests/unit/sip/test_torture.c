/* Runs the torture messages of RFC 4475 and RFC 5118 that stand beside the project, each against
 * the verdict of its RFC. Skipped where the folder is absent. */
#include "dissect/sip/message.h"
#include "sip_test.h"

/* What rung says where it is not simply the RFC's verdict: the anomalies, and why. */
static const struct {
    const char *file, *anomalies, *reason;
} exceptions[] = {
    { "rfc4475/dblreq.dat", "sip.excess-body", "the RFC wants the second request discarded" },
    { "rfc4475/inv2543.dat", "sip.missing-from-tag sip.missing-max-forwards sip.missing-contact",
      "legal in RFC 2543, not in RFC 3261" },
    { "rfc5118/ipv6-in-sdp.dat", "sip.excess-body", "Content-Length counts LF line ends" },
    { "rfc5118/mult-ip-in-sdp.dat", "sip.excess-body", "Content-Length counts LF line ends" },
    { "rfc5118/ipv4-mapped-ipv6.dat", "sip.excess-body", "Content-Length counts LF line ends" },
};

static const char *allowed_anomalies(const char *file)
{
    for (size_t i = 0; i < G_N_ELEMENTS(exceptions); i++) {
        if (!g_str_equal(exceptions[i].file, file))
            continue;
        g_test_message("%s: %s", file, exceptions[i].reason);
        return exceptions[i].anomalies;
    }
    return "";
}

static char *torture_folder(void)
{
    const char *source = g_getenv("RUNG_SOURCE"); /* else run from there */
    char *folder =
        g_build_filename(source ? source : ".", "..", "shared", "corpus", "torture", NULL);
    if (g_file_test(folder, G_FILE_TEST_IS_DIR))
        return folder;
    g_free(folder);
    return NULL;
}

static void check_message(const char *folder, const char *file, bool is_valid)
{
    g_autofree char *path = g_build_filename(folder, file, NULL);
    g_autofree char *text = NULL;
    size_t len;
    SipMessage message;
    g_assert_true(g_file_get_contents(path, &text, &len, NULL));
    g_autofree uint8_t *exact = exact_copy(text, len);
    DissectStatus status = sip_parse(slice_of(exact, len), &message);
    g_assert_cmpint(status, !=, DISSECT_NOT_MINE);
    g_autofree char *found = anomalies_text(&message.anomalies);
    g_test_message("%s: %s", file, found);
    if (!is_valid) {
        g_assert_cmpstr(found, !=, "");
        return;
    }
    g_assert_cmpint(status, ==, DISSECT_OK);
    g_assert_cmpstr(found, ==, allowed_anomalies(file));
    g_assert_cmpuint(message.call_id.len, >, 0);
    g_assert_cmpuint(message.via.host.len, >, 0);
    g_assert_cmpuint(message.from.uri.whole.len, >, 0);
    g_assert_cmpuint(message.to.uri.whole.len, >, 0);
}

static void test_torture(gconstpointer folder)
{
    g_autofree char *path = g_build_filename(folder, "INDEX.tsv", NULL);
    g_autofree char *index = NULL;
    g_assert_true(g_file_get_contents(path, &index, NULL, NULL));
    g_auto(GStrv) rows = g_strsplit(index, "\n", -1);
    unsigned count = 0;
    for (char **row = rows + 1; *row; row++) {
        g_auto(GStrv) columns = g_strsplit(*row, "\t", -1);
        if (g_strv_length(columns) < 5)
            continue;
        check_message(folder, columns[0], g_str_has_prefix(columns[4], "valid"));
        count++;
    }
    g_assert_cmpuint(count, >, 0);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_autofree char *folder = torture_folder();
    if (!folder) {
        g_print("1..0 # SKIP no ../shared/corpus/torture beside the project\n");
        return 77;
    }
    g_test_add_data_func("/sip/torture", folder, test_torture);
    return g_test_run();
}
