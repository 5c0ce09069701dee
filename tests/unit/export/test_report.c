#include "export/exchange.h"
#include "export/report.h"
#include "support/sample_calls.h"
#include <json-glib/json-glib.h>

static Model *sample_model(void)
{
    SipFeed feed = sample_feed();

    sample_completed_call(&feed, "one");
    sample_busy_call(&feed, "two");
    sample_options(&feed, "three");
    feed.model->ended = true;
    return feed.model;
}

static char *write_report(const ReportContext *context, const char *name)
{
    char *text = NULL;
    size_t size = 0;
    FILE *file = open_memstream(&text, &size);
    const Report *report = name ? report_find(name) : NULL;
    g_autoptr(GError) error = NULL;

    g_assert_true(!name || report);
    report_write(context, &report, name ? 1 : 0, file, &error);
    g_assert_no_error(error);
    fclose(file);
    return text;
}

static JsonObject *parse(JsonParser *parser, const char *text)
{
    g_autoptr(GError) error = NULL;
    json_parser_load_from_data(parser, text, -1, &error);
    g_assert_no_error(error);
    return json_node_get_object(json_parser_get_root(parser));
}

static JsonObject *element(JsonObject *document, const char *key, unsigned index)
{
    return json_array_get_object_element(json_object_get_array_member(document, key), index);
}

static void test_document(void)
{
    g_autoptr(Model) model = sample_model();
    ReportContext context = { .model = model, .format = REPORT_JSON, .version = "1.2" };
    g_autoptr(JsonParser) parser = json_parser_new();
    g_autofree char *text = write_report(&context, NULL);
    JsonObject *document = parse(parser, text);
    JsonObject *call = element(document, "calls", 0);

    g_assert_cmpstr(json_object_get_string_member(document, "rung"), ==, "1.2");
    g_assert_false(json_object_has_member(document, "ladders"));
    g_assert_cmpstr(json_object_get_string_member(call, "state"), ==, "completed");
    g_assert_cmpfloat(json_object_get_double_member(call, "post_dial_delay_ms"), ==, 500);
    g_assert_cmpfloat(json_object_get_double_member(call, "talk_ms"), ==, 10000);
    g_assert_cmpint(json_object_get_int_member(call, "messages"), ==, 6);
    g_assert_true(json_object_get_null_member(call, "mos_lq"));
    g_assert_cmpint(json_object_get_int_member(element(document, "calls", 1), "retransmissions"),
                    ==, 1);
    JsonObject *options = element(document, "transactions", 0);
    g_assert_cmpstr(json_object_get_string_member(options, "method"), ==, "OPTIONS");
    g_assert_cmpint(json_object_get_int_member(options, "status"), ==, 200);
}

static void test_every_report(void)
{
    g_autoptr(Model) model = sample_model();
    unsigned count;
    const Report *reports = report_table(&count);

    for (unsigned i = 0; i < count; i++) {
        for (unsigned format = 0; format < REPORT_FORMATS; format++) {
            ReportContext context = { .model = model, .format = (ReportFormat)format, .width = 80 };
            g_autofree char *text = write_report(&context, reports[i].name);
            g_autoptr(JsonParser) parser = json_parser_new();
            g_assert_true(g_utf8_validate(text, -1, NULL));
            if (format == REPORT_JSON)
                g_assert_true(json_object_has_member(parse(parser, text), reports[i].key));
        }
    }
}

static void test_filter(void)
{
    g_autoptr(Model) model = sample_model();
    g_autoptr(Filter) filter = filter_compile("call.state == busy", NULL);
    ReportContext context = { .model = model, .format = REPORT_JSON, .filter = filter };
    g_autoptr(JsonParser) parser = json_parser_new();
    g_autofree char *text = write_report(&context, NULL);
    JsonObject *document = parse(parser, text);

    g_assert_cmpuint(json_array_get_length(json_object_get_array_member(document, "calls")), ==, 1);
    g_assert_cmpuint(json_array_get_length(json_object_get_array_member(document, "transactions")),
                     ==, 0);
    JsonObject *statistics = json_object_get_object_member(document, "statistics");
    JsonObject *methods = json_object_get_object_member(statistics, "methods");
    g_assert_cmpint(json_object_get_int_member(methods, "INVITE"), ==, 2);
    g_assert_false(json_object_has_member(methods, "BYE"));
}

static void test_metrics(void)
{
    g_autoptr(Model) model = sample_model();
    ReportContext context = { .model = model, .format = REPORT_JSON };
    g_autoptr(JsonParser) parser = json_parser_new();
    g_autofree char *text = write_report(&context, "statistics");
    JsonObject *statistics = json_object_get_object_member(parse(parser, text), "statistics");
    JsonObject *rfc6076 = json_object_get_object_member(statistics, "rfc6076");

    g_assert_cmpint(json_object_get_int_member(rfc6076, "attempts"), ==, 2);
    g_assert_cmpfloat(json_object_get_double_member(rfc6076, "ser_percent"), ==, 50);
    g_assert_cmpfloat(json_object_get_double_member(rfc6076, "seer_percent"), ==, 100);
    g_assert_cmpfloat(json_object_get_double_member(rfc6076, "isa_percent"), ==, 0);
    g_assert_cmpfloat(json_object_get_double_member(rfc6076, "scr_percent"), ==, 50);
    g_assert_true(json_object_get_null_member(rfc6076, "ira_percent"));
    JsonObject *failed = json_object_get_object_member(rfc6076, "srd_failed_ms");
    g_assert_cmpfloat(json_object_get_double_member(failed, "mean"), ==, 600);
}

static void test_empty(void)
{
    ModelLimits limits = { 0 };
    g_autoptr(Model) model = model_new(&limits);
    ReportContext context = { .model = model, .format = REPORT_JSON };
    g_autoptr(JsonParser) parser = json_parser_new();
    g_autofree char *json = write_report(&context, NULL);
    JsonObject *document = parse(parser, json);
    JsonObject *capture = json_object_get_object_member(document, "capture");

    g_assert_true(json_object_get_null_member(capture, "first_time"));
    context.format = REPORT_TEXT;
    g_autofree char *text = write_report(&context, NULL);
    g_assert_cmpstr(text, ==, "No calls.\n");
}

static void test_hostile(void)
{
    SipFeed feed = sample_feed();

    feed.call_id = "=cmd|' /C calc'!A1,\x1b]0;x\x07\xff";
    sample_step(&feed, 0, "INVITE sip:\x1b[31m@example.org", "1 INVITE", 0);
    for (unsigned format = 0; format < REPORT_FORMATS; format++) {
        ReportContext context = { .model = feed.model, .format = (ReportFormat)format };
        g_autofree char *calls = write_report(&context, "calls");
        g_autofree char *ladder = write_report(&context, "ladder");
        g_assert_null(strpbrk(calls, "\x1b\x07\x7f"));
        g_assert_null(strpbrk(ladder, "\x1b\x07\x7f"));
        g_assert_true(g_utf8_validate(calls, -1, NULL));
        g_assert_null(strstr(calls, ",=cmd"));
        g_assert_null(strstr(calls, ",\"=cmd"));
    }
    model_free(feed.model);
}

static void test_exchanges(void)
{
    SipFeed feed = sample_feed();

    sample_options(&feed, "one");
    feed.call_id = "one";
    sample_step(&feed, 0, "OPTIONS sip:bob@example.org", "8 OPTIONS", 0);
    sample_step(&feed, 500, "OPTIONS sip:bob@example.org", "8 OPTIONS", 0);
    g_autoptr(GArray) exchanges = exchanges_of(model_call(feed.model, 1));
    g_assert_cmpuint(exchanges->len, ==, 2);
    g_assert_cmpuint(g_array_index(exchanges, Exchange, 0).answer->status, ==, 200);
    g_assert_null(g_array_index(exchanges, Exchange, 1).answer);
    g_assert_cmpuint(g_array_index(exchanges, Exchange, 1).retransmissions, ==, 1);
    model_free(feed.model);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/report/document", test_document);
    g_test_add_func("/report/every-report", test_every_report);
    g_test_add_func("/report/filter", test_filter);
    g_test_add_func("/report/metrics", test_metrics);
    g_test_add_func("/report/empty", test_empty);
    g_test_add_func("/report/hostile", test_hostile);
    g_test_add_func("/report/exchanges", test_exchanges);
    return g_test_run();
}
