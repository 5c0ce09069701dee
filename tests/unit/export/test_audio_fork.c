#include "export/audio_fork.h"

#define S(seconds) ((seconds)*NS_PER_S)

/* A call with one dialog a branch; @answered: its number, or DIALOG_NONE. */
typedef struct {
    Call call;
    Dialog dialogs[3];
    AudioCall planned;
} Fixture;

static void set_up(Fixture *fixture, unsigned dialogs, uint16_t answered, int64_t answer_ns)
{
    *fixture = (Fixture){ .call.dialog_count = dialogs };
    fixture->call.dialogs = fixture->dialogs;
    fixture->planned.streams = g_array_new(FALSE, FALSE, sizeof(AudioStream));
    for (unsigned i = 0; i < dialogs; i++)
        fixture->dialogs[i].confirmed_ns = i == answered ? answer_ns : TIME_UNKNOWN;
}

static void tear_down(Fixture *fixture)
{
    g_array_unref(fixture->planned.streams);
}

static void add(Fixture *fixture, uint16_t dialog, int64_t first_ns, int64_t last_ns)
{
    const AudioStream stream = { .dialog = dialog, .first_ns = first_ns, .last_ns = last_ns };
    g_array_append_val(fixture->planned.streams, stream);
}

/* Who of the streams is heard in each second: "01" both, "-" nobody. */
static void assert_heard(Fixture *fixture, const char *const *wanted, unsigned seconds)
{
    audio_fork_choose(&fixture->planned, &fixture->call);
    for (unsigned second = 0; second < seconds; second++) {
        g_autoptr(GString) heard = g_string_new(NULL);
        for (unsigned i = 0; i < fixture->planned.streams->len; i++) {
            const AudioStream *stream = &g_array_index(fixture->planned.streams, AudioStream, i);
            if (audio_stream_is_heard(stream, S(second) + NS_PER_S / 2))
                g_string_append_printf(heard, "%u", i);
        }
        g_assert_cmpstr(heard->len ? heard->str : "-", ==, wanted[second]);
    }
}

/* The one that was answered: the other ends with the answer. */
static void test_second_is_answered(void)
{
    static const char *const wanted[] = { "0", "0", "1", "1", "1", "1", "1", "-" };
    Fixture fixture;

    set_up(&fixture, 2, 1, S(4));
    add(&fixture, 0, 0, S(6));
    add(&fixture, 1, S(2), S(7));
    assert_heard(&fixture, wanted, G_N_ELEMENTS(wanted));
    tear_down(&fixture);
}

/* The first one, after another branch was heard for a while. */
static void test_first_is_answered(void)
{
    static const char *const wanted[] = { "0", "0", "1", "1", "0", "0", "0", "-" };
    Fixture fixture;

    set_up(&fixture, 2, 0, S(4));
    add(&fixture, 0, 0, S(7));
    add(&fixture, 1, S(2), S(6));
    assert_heard(&fixture, wanted, G_N_ELEMENTS(wanted));
    tear_down(&fixture);
}

/* Nobody answers: the branch that began last. */
static void test_unanswered(void)
{
    static const char *const wanted[] = { "0", "1", "2", "2", "2", "-" };
    Fixture fixture;

    set_up(&fixture, 3, DIALOG_NONE, 0);
    add(&fixture, 0, 0, S(5));
    add(&fixture, 1, S(1), S(5));
    add(&fixture, 2, S(2), S(5));
    assert_heard(&fixture, wanted, G_N_ELEMENTS(wanted));
    tear_down(&fixture);
}

/* Both answered, one after the other: a transfer or a conference, where all are
 * heard. */
static void test_no_fork(void)
{
    static const char *const wanted[] = { "0", "01", "01", "1" };
    Fixture fixture;

    set_up(&fixture, 2, 0, 0);
    fixture.dialogs[1].confirmed_ns = S(1);
    add(&fixture, 0, 0, S(3));
    add(&fixture, 1, S(1), S(4));
    assert_heard(&fixture, wanted, G_N_ELEMENTS(wanted));
    tear_down(&fixture);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/audio-fork/second-is-answered", test_second_is_answered);
    g_test_add_func("/audio-fork/first-is-answered", test_first_is_answered);
    g_test_add_func("/audio-fork/unanswered", test_unanswered);
    g_test_add_func("/audio-fork/no-fork", test_no_fork);
    return g_test_run();
}
