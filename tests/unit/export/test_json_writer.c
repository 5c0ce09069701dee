#include "dissect/base/clock.h"
#include "export/json_writer.h"
#include <json-glib/json-glib.h>
#include <math.h>

static char *value_of(void (*write)(JsonWriter *json, const void *value), const void *value)
{
    GString *out = g_string_new(NULL);
    JsonWriter json = { .out = out };
    write(&json, value);
    return g_string_free(out, FALSE);
}

static void write_double3(JsonWriter *json, const void *value)
{
    json_double(json, NULL, *(const double *)value, 3);
}

static void test_doubles(void)
{
    static const struct {
        double value;
        const char *text;
    } cases[] = {
        { 0, "0" },
        { -0.0, "0" },
        { 1, "1" },
        { 0.1, "0.1" },
        { 1.3, "1.3" },
        { -2.5, "-2.5" },
        { 0.0004, "0" },
        { -0.0004, "0" },
        { 0.0006, "0.001" },
        { 99.9996, "100" },
        { 123456.7, "123456.7" },
        { NAN, "null" },
        { INFINITY, "null" },
        { 1e300, "1.0000000000000001e+300" },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *text = value_of(write_double3, &cases[i].value);
        g_assert_cmpstr(text, ==, cases[i].text);
    }
}

static void write_ms(JsonWriter *json, const void *value)
{
    json_milliseconds(json, NULL, *(const int64_t *)value);
}

static void test_milliseconds(void)
{
    static const struct {
        int64_t ns;
        const char *text;
    } cases[] = {
        { 0, "0" },
        { 1, "0.000001" },
        { 1500000, "1.5" },
        { -1500000, "-1.5" },
        { 60 * NS_PER_S, "60000" },
        { TIME_UNKNOWN, "null" },
        { INT64_MIN + 1, "-9223372036854.775807" },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *text = value_of(write_ms, &cases[i].ns);
        g_assert_cmpstr(text, ==, cases[i].text);
    }
}

static void write_text(JsonWriter *json, const void *value)
{
    json_string(json, NULL, value);
}

static void test_strings(void)
{
    static const char *const cases[][2] = {
        { "plain", "\"plain\"" },
        { "", "\"\"" },
        { "a\"b\\c", "\"a\\\"b\\\\c\"" },
        { "\x1b[0m\n\x7f", "\"\\u001b[0m\\u000a\\u007f\"" },
        { "\xc3\xa9", "\"\xc3\xa9\"" },
        { "\xc2\x9b", "\"\\u009b\"" },
        { "\xe2\x80\xae", "\"\\u202e\"" },
        { "\xff", "\"\xef\xbf\xbd\"" },
        { "\xf3\xa0\x81\x81", "\"\\udb40\\udc41\"" },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *text = value_of(write_text, cases[i][0]);
        g_assert_cmpstr(text, ==, cases[i][1]);
    }
    g_autofree char *none = value_of(write_text, NULL);
    g_assert_cmpstr(none, ==, "null");
}

/* Another reader takes it for what it was meant to be. */
static void test_document(void)
{
    g_autoptr(GString) out = g_string_new(NULL);
    g_autoptr(JsonParser) parser = json_parser_new();
    g_autoptr(GError) error = NULL;
    JsonWriter json = { .out = out };

    json_begin_object(&json, NULL);
    json_begin_array(&json, "list");
    json_uint(&json, NULL, UINT64_MAX / 2);
    json_begin_object(&json, NULL);
    json_end_object(&json);
    json_begin_array(&json, NULL);
    json_end_array(&json);
    json_bool(&json, NULL, true);
    json_end_array(&json);
    json_int(&json, "least", INT64_MIN);
    json_uint_if(&json, "unknown", false, 1);
    json_time(&json, "time", 0);
    json_end_object(&json);

    json_parser_load_from_data(parser, out->str, -1, &error);
    g_assert_no_error(error);
    JsonObject *object = json_node_get_object(json_parser_get_root(parser));
    g_assert_cmpuint(json_array_get_length(json_object_get_array_member(object, "list")), ==, 4);
    g_assert_cmpint(json_object_get_int_member(object, "least"), ==, INT64_MIN);
    g_assert_true(json_object_get_null_member(object, "unknown"));
    g_assert_cmpstr(json_object_get_string_member(object, "time"), ==,
                    "1970-01-01T00:00:00.000000000Z");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/json-writer/doubles", test_doubles);
    g_test_add_func("/json-writer/milliseconds", test_milliseconds);
    g_test_add_func("/json-writer/strings", test_strings);
    g_test_add_func("/json-writer/document", test_document);
    return g_test_run();
}
