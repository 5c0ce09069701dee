#include "ui/tui/packet_list.h"
#include "export/escape.h"
#include "export/packet_csv.h"
#include "ui/tui/menu.h"
#include "ui/tui/merge_sort.h"
#include "ui/tui/packet_columns.h"
#include "ui/tui/prompt.h"
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#define SORT_STEP   50000u
#define CSV_STEP    10000u
#define WHEEL_STEP  3
#define STATUS_NAME "status"

struct PacketList {
    Ui *ui;
    uint32_t stream, ssrc;
    PacketJob *job; /* NULL: not reading */
    bool asked;
    GArray *rows;     /* PacketRow in order of arrival; owned */
    GPtrArray *shown; /* of them, in the order shown; borrows from @rows when those are complete */
    bool stale;       /* @shown has to be made anew */
    bool resorted;    /* by other keys than before */
    bool sorting;
    GPtrArray *sorted;
    MergeSort sort;
    unsigned column;
    bool reverse, problems;
    List list;
    Table table;
    RowSearch search;
    RowSearchPrompt search_prompt;
    FILE *csv; /* being written; NULL: none */
    unsigned csv_next;
    char *csv_path;    /* safe to show; owned */
    int64_t wanted_ns; /* the cursor goes there once there are rows; TIME_UNKNOWN: nowhere */
};

PacketList *packet_list_new(Ui *ui, uint32_t stream, uint32_t ssrc)
{
    PacketList *list = g_new0(PacketList, 1);

    list->ui = ui;
    list->stream = stream;
    list->ssrc = ssrc;
    list->rows = g_array_new(FALSE, FALSE, sizeof(PacketRow));
    list->shown = g_ptr_array_new();
    list->wanted_ns = TIME_UNKNOWN;
    column_layout_parse(&list->table.layout, &packet_column_set,
                        settings_string(ui->context->settings, "packets.columns"));
    return list;
}

static void end_sort(PacketList *list)
{
    merge_sort_end(&list->sort);
    g_clear_pointer(&list->sorted, g_ptr_array_unref);
    list->sorting = false;
}

/* Some thousand lines of the file that is being written. */
static void write_csv(PacketList *list)
{
    g_autoptr(GString) text = g_string_new(NULL);
    unsigned end = MIN(list->csv_next + CSV_STEP, list->shown->len);

    for (; list->csv_next < end; list->csv_next++)
        packet_csv_append(text, list->stream, list->ssrc,
                          g_ptr_array_index(list->shown, list->csv_next));
    bool failed = fwrite(text->str, 1, text->len, list->csv) != text->len;
    if (!failed && list->csv_next < list->shown->len)
        return;
    failed |= fclose(g_steal_pointer(&list->csv)) != 0;
    if (failed)
        ui_error(list->ui, "%s: %s", list->csv_path, g_strerror(errno));
    else
        ui_notice(list->ui, "%u packets written to %s", list->shown->len, list->csv_path);
    g_clear_pointer(&list->csv_path, g_free);
}

/* No half file is left behind: the rest is written at once. */
static void finish_csv(PacketList *list)
{
    while (list->csv)
        write_csv(list);
}

void packet_list_free(PacketList *list)
{
    if (list->job)
        g_free(packet_job_finish(list->job));
    finish_csv(list);
    end_sort(list);
    row_search_clear(&list->search);
    g_ptr_array_unref(list->shown);
    g_array_unref(list->rows);
    g_free(list);
}

void packet_list_read(PacketList *list, bool again)
{
    if (list->job || (list->asked && !again))
        return;
    if (list->list.count > 0)
        list->wanted_ns = packet_list_time(list);
    finish_csv(list);
    end_sort(list);
    g_ptr_array_set_size(list->shown, 0);
    g_array_set_size(list->rows, 0);
    list->asked = true;
    list->job = packet_job_start(list->ui, list->stream);
}

bool packet_list_is_reading(const PacketList *list)
{
    return list->job != NULL;
}

const GArray *packet_list_rows(const PacketList *list)
{
    return list->asked && !list->job ? list->rows : NULL;
}

/* --- the order --- */

static int compare_rows(const void *a, const void *b, const void *context)
{
    const PacketList *list = context;
    const PacketColumn *column = packet_column(list->column);
    SortKey one = column->key(a), other = column->key(b);
    return sort_key_compare(&one, &other, list->reverse);
}

static void begin_order(PacketList *list)
{
    end_sort(list);
    list->stale = false;
    list->sorted = g_ptr_array_sized_new(list->rows->len);
    for (unsigned i = 0; i < list->rows->len; i++) {
        PacketRow *row = &g_array_index(list->rows, PacketRow, i);
        if (!list->problems || row->status & PACKET_PROBLEMS)
            g_ptr_array_add(list->sorted, row);
    }
    bool as_they_came = list->column == 0 && !list->reverse;
    merge_sort_begin(&list->sort, list->sorted->pdata, as_they_came ? 0 : list->sorted->len,
                     compare_rows, list);
    list->sorting = true;
}

static void take_order(PacketList *list)
{
    int64_t at_ns = list->wanted_ns != TIME_UNKNOWN ? list->wanted_ns : packet_list_time(list);

    g_ptr_array_unref(list->shown);
    list->shown = g_steal_pointer(&list->sorted);
    end_sort(list);
    list_fit(&list->list, list->shown->len, MAX(list->list.rows, 1));
    if (at_ns != TIME_UNKNOWN && list->column == 0)
        packet_list_go(list, at_ns);
    else if (list->resorted)
        list_go(&list->list, 0); /* whoever sorts wants to see what is first */
    list->resorted = false;
    list->wanted_ns = TIME_UNKNOWN;
}

static void finish_job(PacketList *list)
{
    g_autofree char *failure = packet_job_finish(g_steal_pointer(&list->job));

    list->stale = true;
    if (failure) {
        g_autofree char *shown = escape_line(failure, term_utf8());
        ui_error(list->ui, "%s", shown);
    } else if (list->rows->len == PACKET_JOB_MAX) {
        ui_notice(list->ui, "the first %u packets; -z packets writes all of them", PACKET_JOB_MAX);
    }
}

static void append_row(const void *owner, const Model *model, unsigned row, GString *out)
{
    const PacketList *list = owner;
    (void)model;

    for (unsigned i = 0; i < packet_column_set.count; i++) {
        packet_column(i)->format(g_ptr_array_index(list->shown, row), out);
        g_string_append_c(out, '\n');
    }
}

static bool step_search(PacketList *list)
{
    RowSource source = { list, list->shown->len, append_row };
    bool searching = list->search.active;
    unsigned row;

    switch (row_search_step(&list->search, list->ui, &source, &row)) {
    case ROW_SEARCH_FOUND:
        list_go(&list->list, row);
        break;
    case ROW_SEARCH_NOWHERE:
        ui_error(list->ui, "not found: %s", list->search.shown);
        break;
    case ROW_SEARCH_MORE:
    case ROW_SEARCH_IDLE:
        break;
    }
    return searching;
}

bool packet_list_step(PacketList *list)
{
    if (list->job) {
        if (!packet_job_take(list->job, list->rows))
            finish_job(list);
        return !list->job;
    }
    if (list->stale)
        begin_order(list);
    if (list->sorting) {
        if (merge_sort_step(&list->sort, SORT_STEP))
            take_order(list);
        return true;
    }
    if (list->csv) {
        write_csv(list);
        return true;
    }
    return step_search(list);
}

/* --- drawing --- */

void packet_list_fit(PacketList *list, int rows, int columns)
{
    list_fit(&list->list, list->shown->len, (unsigned)MAX(rows - TABLE_HEAD_ROWS, 1));
    table_place(&list->table, columns);
}

static void draw_row(const PacketList *list, WINDOW *window, int y, unsigned index)
{
    unsigned on = index == list->list.at ? STYLE_ON_CURSOR : 0;
    TableRow place = { window, y, on, list->search.needle };
    const PacketRow *row = g_ptr_array_index(list->shown, index);
    g_autoptr(GString) text = g_string_new(NULL);

    cells_blank(window, cells_row(y, 0, getmaxx(window)), STYLE_NORMAL | on);
    for (unsigned i = 0; i < list->table.placed_count; i++) {
        const PacketColumn *column = packet_column(list->table.placed[i].column);
        bool is_status = g_str_equal(column->head.name, STATUS_NAME);
        g_string_truncate(text, 0);
        column->format(row, text);
        table_draw_cell(&list->table, &place, i, is_status ? packet_style(row) : STYLE_NORMAL,
                        text->str);
    }
}

static void draw_nothing(const PacketList *list, WINDOW *window, Rect at)
{
    g_autofree char *text = list->job ? g_strdup_printf("reading the packets again: %.0f %%",
                                                        100 * packet_job_progress(list->job))
                            : list->stale || list->sorting ? g_strdup("")
                            : list->problems && list->rows->len
                                ? g_strdup("Nothing is odd about any packet.")
                                : g_strdup("The packets are no longer kept.");
    cells_centre(window, cells_row(at.y + at.rows / 2, at.x, at.columns), STYLE_STRONG, text);
}

void packet_list_draw(const PacketList *list, WINDOW *window, Rect at)
{
    WINDOW *head = derwin(window, 1, at.columns, at.y, at.x);

    if (!head)
        return;
    table_draw_head(&list->table, head, list->column, list->reverse);
    delwin(head);
    if (list->shown->len == 0)
        draw_nothing(list, window, at);
    for (unsigned i = 0; i < list->list.rows && list->list.top + i < list->list.count; i++)
        draw_row(list, window, at.y + TABLE_HEAD_ROWS + (int)i, list->list.top + i);
}

void packet_list_describe(const PacketList *list, GString *out)
{
    if (list->problems)
        g_string_append(out, "only problems  ");
    if (list->table.hidden)
        g_string_append_printf(out, "+%u columns  ", list->table.hidden);
    if (list->job)
        g_string_append_printf(out, "reading %.0f %%", 100 * packet_job_progress(list->job));
    else
        g_string_append_printf(out, "%u/%u", list->list.count ? list->list.at + 1 : 0,
                               list->list.count);
}

/* --- keys --- */

bool packet_list_action(PacketList *list, int action)
{
    if (action == ACTION_LEFT || action == ACTION_RIGHT) {
        table_scroll(&list->table, action == ACTION_RIGHT);
        return true;
    }
    return list_action(&list->list, action);
}

static ScreenVerb sort_picked(void *owner, unsigned item)
{
    PacketList *list = owner;

    list->reverse = item == list->column && !list->reverse;
    list->column = item;
    list->stale = list->resorted = true;
    return SCREEN_CLOSE;
}

void packet_list_mouse(PacketList *list, const MouseEvent *event, int top)
{
    bool wheel = event->kind == MOUSE_WHEEL_UP || event->kind == MOUSE_WHEEL_DOWN;
    int column = event->y == top && !wheel ? table_column_at(&list->table, event->x) : -1;
    unsigned row;

    if (wheel)
        list_scroll(&list->list, event->kind == MOUSE_WHEEL_UP ? -WHEEL_STEP : WHEEL_STEP);
    else if (column >= 0)
        sort_picked(list, (unsigned)column);
    else if (list_hit(&list->list, event->y - top - TABLE_HEAD_ROWS, &row))
        list_go(&list->list, row);
}

void packet_list_problem(PacketList *list, bool next)
{
    unsigned count = list->shown->len;

    for (unsigned i = 1; i <= count; i++) {
        unsigned at = (list->list.at + (next ? i : count - i)) % count;
        const PacketRow *row = g_ptr_array_index(list->shown, at);
        if (row->status & PACKET_PROBLEMS) {
            list_go(&list->list, at);
            return;
        }
    }
    if (count)
        ui_notice(list->ui, "nothing is odd about any packet");
}

void packet_list_only_problems(PacketList *list)
{
    list->problems = !list->problems;
    list->wanted_ns = packet_list_time(list);
    list->stale = true;
}

ScreenResult packet_list_sort(PacketList *list)
{
    return screen_open(sort_menu_new(list->ui, &packet_column_set, list->column,
                                     &(MenuSpec){ .owner = list, .pick = sort_picked }));
}

void packet_list_reverse(PacketList *list)
{
    list->reverse = !list->reverse;
    list->stale = list->resorted = true;
}

static void search_moved(void *owner)
{
    (void)owner;
}

ScreenResult packet_list_search(PacketList *list)
{
    list->search_prompt = (RowSearchPrompt){
        .search = &list->search,
        .list = &list->list,
        .origin = list->list.at,
        .moved = search_moved,
        .owner = list,
    };
    return row_search_open(&list->search_prompt, list->ui);
}

void packet_list_search_again(PacketList *list, bool backwards)
{
    row_search_again(&list->search, list->list.at, list->list.count, backwards);
}

static bool write_accepted(void *owner, const char *path, GError **error)
{
    PacketList *list = owner;
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);

    if (fd < 0) {
        g_set_error(error, TUI_ERROR, 0, "%s: %s", path, g_strerror(errno));
        return false;
    }
    finish_csv(list);
    list->csv = fdopen(fd, "w");
    list->csv_next = 0;
    list->csv_path = escape_line(path, term_utf8());
    fputs(packet_csv_head(), list->csv);
    return true;
}

ScreenResult packet_list_write(PacketList *list)
{
    g_autofree char *initial = g_strdup_printf("stream-%u.csv", list->stream);
    PromptSpec spec = {
        .title = "Write the packets shown as CSV",
        .initial = initial,
        .hint = "The file must not exist yet.",
        .owner = list,
        .accept = write_accepted,
    };
    if (!packet_list_rows(list)) {
        ui_notice(list->ui, "the packets are still being read");
        return SCREEN_DONE;
    }
    return screen_open(prompt_new(list->ui, &spec));
}

int64_t packet_list_time(const PacketList *list)
{
    if (list->list.at >= list->shown->len)
        return TIME_UNKNOWN;
    return ((const PacketRow *)g_ptr_array_index(list->shown, list->list.at))->time_ns;
}

void packet_list_go(PacketList *list, int64_t time_ns)
{
    list->wanted_ns = list->shown->len ? TIME_UNKNOWN : time_ns;
    for (unsigned i = 0; i < list->shown->len; i++) {
        const PacketRow *row = g_ptr_array_index(list->shown, i);
        if (row->time_ns >= time_ns) {
            list_go(&list->list, i);
            return;
        }
    }
}
