#include "ui/tui/stream_order.h"
#include "ui/tui/merge_sort.h"
#include "ui/tui/stream_columns.h"

#define STREAMS_PER_STEP  500u   /* looked at under one lock */
#define ITEMS_PER_STEP    50000u /* moved by the sort in one step */
#define REMAKE_PAUSE_US   (G_USEC_PER_SEC / 5)
#define REMAKE_PAUSE_COST 20 /* times what the last one took */

typedef struct {
    uint32_t stream;
    SortKey key; /* text in Job.texts */
} SortItem;

typedef enum { JOB_NONE, JOB_SCAN, JOB_SORT } JobPhase;

/* Making the table anew. */
typedef struct {
    JobPhase phase;
    GArray *numbers;  /* uint32_t: the streams there were when it began */
    unsigned next;    /* of them to look at */
    GArray *items;    /* SortItem */
    GPtrArray *order; /* borrows from @items */
    GStringChunk *texts;
    MergeSort sort;
    int64_t began_us;
} Job;

struct StreamOrder {
    Model *model;        /* locked here */
    const GArray *calls; /* borrowed; NULL: every stream */
    GArray *rows;        /* uint32_t: stream numbers in order */
    unsigned column;
    bool reverse;
    bool made; /* @made_generation is of @rows */
    uint64_t made_generation;
    int64_t made_us, made_cost_us;
    Job job;
};

StreamOrder *stream_order_new(Model *model, const GArray *calls)
{
    StreamOrder *order = g_new0(StreamOrder, 1);
    order->model = model;
    order->calls = calls;
    order->rows = g_array_new(false, false, sizeof(uint32_t));
    return order;
}

static void job_end(Job *job)
{
    if (job->numbers)
        g_array_unref(job->numbers);
    if (job->items)
        g_array_unref(job->items);
    if (job->order)
        g_ptr_array_unref(job->order);
    if (job->texts)
        g_string_chunk_free(job->texts);
    merge_sort_end(&job->sort);
    *job = (Job){ 0 };
}

void stream_order_free(StreamOrder *order)
{
    job_end(&order->job);
    g_array_unref(order->rows);
    g_free(order);
}

void stream_order_set_sort(StreamOrder *order, unsigned column, bool reverse)
{
    order->column = column;
    order->reverse = reverse;
    order->made = false;
    job_end(&order->job);
}

unsigned stream_order_column(const StreamOrder *order)
{
    return order->column;
}

bool stream_order_reverse(const StreamOrder *order)
{
    return order->reverse;
}

static void collect_all(const Model *model, GArray *numbers)
{
    unsigned count = media_tracker_count(model->media);
    for (unsigned i = 0; i < count; i++)
        g_array_append_val(numbers, media_tracker_at(model->media, i)->number);
}

static void collect_of_calls(const Model *model, const GArray *calls, GArray *numbers)
{
    for (unsigned i = 0; i < calls->len; i++) {
        const Call *call = model_call(model, g_array_index(calls, uint32_t, i));
        if (call && call->streams)
            g_array_append_vals(numbers, call->streams->data, call->streams->len);
    }
}

/* Not too often; but at once when nothing more will change. */
static bool is_due(const StreamOrder *order, const Model *model)
{
    int64_t pause_us = MAX(REMAKE_PAUSE_US, REMAKE_PAUSE_COST * order->made_cost_us);

    if (!order->made)
        return true;
    if (model->generation == order->made_generation)
        return false;
    return model->ended || g_get_monotonic_time() - order->made_us >= pause_us;
}

static void job_begin(StreamOrder *order, const Model *model)
{
    Job *job = &order->job;

    job->phase = JOB_SCAN;
    job->numbers = g_array_new(false, false, sizeof(uint32_t));
    job->items = g_array_new(false, false, sizeof(SortItem));
    job->texts = g_string_chunk_new(64 * 1024);
    job->began_us = g_get_monotonic_time();
    if (order->calls)
        collect_of_calls(model, order->calls, job->numbers);
    else
        collect_all(model, job->numbers);
    order->made = true;
    order->made_generation = model->generation;
}

static void take_rows(StreamOrder *order, GArray *rows)
{
    g_array_unref(order->rows);
    order->rows = rows;
    order->made_us = g_get_monotonic_time();
    order->made_cost_us = order->made_us - order->job.began_us;
    job_end(&order->job);
}

static int compare_items(const void *a, const void *b, const void *context)
{
    const SortItem *one = a, *other = b;
    const bool *reverse = context;
    return sort_key_compare(&one->key, &other->key, *reverse);
}

static void job_begin_sort(StreamOrder *order)
{
    Job *job = &order->job;

    job->phase = JOB_SORT;
    job->order = g_ptr_array_sized_new(job->items->len);
    for (unsigned i = 0; i < job->items->len; i++)
        g_ptr_array_add(job->order, &g_array_index(job->items, SortItem, i));
    merge_sort_begin(&job->sort, job->order->pdata, job->order->len, compare_items,
                     &order->reverse);
}

static void job_scan(StreamOrder *order)
{
    g_autoptr(GString) scratch = g_string_new(NULL);
    Job *job = &order->job;
    unsigned end = MIN(job->numbers->len, job->next + STREAMS_PER_STEP);

    model_read_lock(order->model);
    for (; job->next < end; job->next++) {
        SortItem item = { .stream = g_array_index(job->numbers, uint32_t, job->next) };
        const Stream *stream = model_stream(order->model, item.stream);
        if (!stream)
            continue;
        item.key = stream_sort_key(order->model, stream, order->column, scratch);
        if (item.key.text)
            item.key.text = g_string_chunk_insert(job->texts, item.key.text);
        g_array_append_val(job->items, item);
    }
    model_read_unlock(order->model);
    if (job->next == job->numbers->len)
        job_begin_sort(order);
}

static void job_finish(StreamOrder *order)
{
    const GPtrArray *sorted = order->job.order;
    GArray *rows = g_array_sized_new(false, false, sizeof(uint32_t), sorted->len);

    for (unsigned i = 0; i < sorted->len; i++) {
        const SortItem *item = g_ptr_array_index(sorted, i);
        g_array_append_val(rows, item->stream);
    }
    take_rows(order, rows);
}

static void begin_if_due(StreamOrder *order)
{
    model_read_lock(order->model);
    if (is_due(order, order->model))
        job_begin(order, order->model);
    model_read_unlock(order->model);
    bool as_they_came = order->column == 0 && !order->reverse;
    if (order->job.phase == JOB_SCAN && as_they_came)
        take_rows(order, g_steal_pointer(&order->job.numbers));
}

bool stream_order_step(StreamOrder *order)
{
    switch (order->job.phase) {
    case JOB_NONE:
        begin_if_due(order);
        return order->job.phase != JOB_NONE;
    case JOB_SCAN:
        job_scan(order);
        return true;
    case JOB_SORT:
        if (merge_sort_step(&order->job.sort, ITEMS_PER_STEP))
            job_finish(order);
        return true;
    }
    return false;
}

unsigned stream_order_count(const StreamOrder *order)
{
    return order->rows->len;
}

uint32_t stream_order_at(const StreamOrder *order, unsigned row)
{
    return row < order->rows->len ? g_array_index(order->rows, uint32_t, row) : 0;
}

unsigned stream_order_row(const StreamOrder *order, uint32_t stream, unsigned near)
{
    if (stream_order_at(order, near) == stream)
        return near;
    for (unsigned i = 0; i < order->rows->len; i++)
        if (g_array_index(order->rows, uint32_t, i) == stream)
            return i;
    return order->rows->len;
}
