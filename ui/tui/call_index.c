#include "ui/tui/call_index.h"
#include "ui/tui/call_columns.h"
#include "ui/tui/call_set.h"
#include "ui/tui/merge_sort.h"
#include <string.h>

#define CALLS_PER_STEP    1000u  /* looked at under one lock */
#define ITEMS_PER_STEP    50000u /* moved by the sort in one step */
#define REMAKE_PAUSE_US   (2 * G_USEC_PER_SEC)
#define REMAKE_PAUSE_COST 10 /* times what the last one took */

typedef struct {
    uint32_t call;
    SortKey key; /* text in Job.texts */
} SortItem;

typedef enum { JOB_NONE, JOB_SCAN, JOB_SORT } JobPhase;

/* Making the list anew. */
typedef struct {
    JobPhase phase;
    uint32_t next, end; /* calls still to look at: [next, end) */
    unsigned tail;      /* rows of the old list from here on came after it began */
    GArray *items;      /* SortItem */
    GPtrArray *order;   /* borrows from @items */
    GStringChunk *texts;
    MergeSort sort;
    int64_t began_us;
    uint64_t generation; /* of the model when it began */
} Job;

struct CallIndex {
    Model *model;      /* locked here */
    GHashTable *names; /* borrowed, may be NULL */
    GArray *rows;      /* uint32_t: call numbers in order */
    uint32_t next;     /* first call that was not looked at */
    uint32_t first;    /* calls before it were cleared */
    CallSet cleared;   /* others that were cleared */
    Filter *filter;
    bool calls_only;
    unsigned sort_column;
    bool reverse;
    unsigned unsorted;
    Job job;
    int64_t made_us, made_cost_us;
    uint64_t made_generation;
};

CallIndex *call_index_new(Model *model, GHashTable *names)
{
    CallIndex *index = g_new0(CallIndex, 1);
    index->model = model;
    index->names = names;
    index->rows = g_array_new(false, false, sizeof(uint32_t));
    index->next = 1;
    index->first = 1;
    return index;
}

static void job_end(Job *job)
{
    if (job->items)
        g_array_unref(job->items);
    if (job->order)
        g_ptr_array_unref(job->order);
    if (job->texts)
        g_string_chunk_free(job->texts);
    merge_sort_end(&job->sort);
    *job = (Job){ 0 };
}

void call_index_free(CallIndex *index)
{
    if (!index)
        return;
    job_end(&index->job);
    call_set_clear(&index->cleared);
    filter_free(index->filter);
    g_array_unref(index->rows);
    g_free(index);
}

static bool in_natural_order(const CallIndex *index)
{
    return index->sort_column == 0 && !index->reverse;
}

static bool is_wanted(const CallIndex *index, const Call *call)
{
    if (!call || call->number < index->first || call_set_has(&index->cleared, call->number))
        return false;
    if (index->calls_only && !call->is_call)
        return false;
    return !index->filter || filter_matches(index->filter, index->model, call);
}

static void job_begin(CallIndex *index)
{
    Job *job = &index->job;

    job_end(job);
    job->phase = JOB_SCAN;
    job->next = index->first;
    job->end = index->next;
    job->tail = index->rows->len;
    job->items = g_array_new(false, false, sizeof(SortItem));
    job->texts = g_string_chunk_new(64 * 1024);
    job->began_us = g_get_monotonic_time();
    model_read_lock(index->model);
    job->generation = index->model->generation;
    model_read_unlock(index->model);
}

void call_index_set_filter(CallIndex *index, Filter *filter)
{
    filter_free(index->filter);
    index->filter = filter;
    job_begin(index);
}

void call_index_set_calls_only(CallIndex *index, bool calls_only)
{
    index->calls_only = calls_only;
    job_begin(index);
}

void call_index_set_sort(CallIndex *index, unsigned column, bool reverse)
{
    index->sort_column = column;
    index->reverse = reverse;
    job_begin(index);
}

void call_index_clear(CallIndex *index)
{
    job_end(&index->job);
    model_read_lock(index->model);
    index->next = model_last_call(index->model) + 1;
    model_read_unlock(index->model);
    index->first = index->next;
    call_set_clear(&index->cleared);
    g_array_set_size(index->rows, 0);
    index->unsorted = 0;
}

void call_index_clear_hidden(CallIndex *index)
{
    CallSet shown = { 0 };

    for (unsigned i = 0; i < index->rows->len; i++)
        call_set_put(&shown, g_array_index(index->rows, uint32_t, i), true);
    for (uint32_t call = index->first; call < index->next; call++)
        if (!call_set_has(&shown, call))
            call_set_put(&index->cleared, call, true);
    call_set_clear(&shown);
}

/* Returns whether there are more. */
static bool take_in_new(CallIndex *index)
{
    model_read_lock(index->model);
    uint32_t last = model_last_call(index->model);
    uint32_t end = MIN(last, index->next + CALLS_PER_STEP - 1) + 1;
    for (; index->next < end; index->next++) {
        if (!is_wanted(index, model_call(index->model, index->next)))
            continue;
        g_array_append_val(index->rows, index->next);
        index->unsorted++;
    }
    model_read_unlock(index->model);
    if (in_natural_order(index))
        index->unsorted = 0;
    return index->next <= last;
}

static void scan_call(CallIndex *index, const Call *call, GString *scratch)
{
    SortItem item = { .call = call->number };
    CallFacts facts;

    if (!in_natural_order(index)) {
        call_facts_init(&facts, index->model, call, index->names);
        item.key = call_column(index->sort_column)->key(&facts, scratch);
        if (item.key.text)
            item.key.text = g_string_chunk_insert(index->job.texts, item.key.text);
    }
    g_array_append_val(index->job.items, item);
}

static int compare_items(const void *a, const void *b, const void *context)
{
    const SortItem *one = a, *other = b;
    const bool *reverse = context;
    return sort_key_compare(&one->key, &other->key, *reverse);
}

static void job_begin_sort(CallIndex *index)
{
    Job *job = &index->job;

    job->phase = JOB_SORT;
    job->order = g_ptr_array_sized_new(job->items->len);
    for (unsigned i = 0; i < job->items->len; i++)
        g_ptr_array_add(job->order, &g_array_index(job->items, SortItem, i));
    merge_sort_begin(&job->sort, job->order->pdata, job->order->len, compare_items,
                     &index->reverse);
}

static void job_scan(CallIndex *index)
{
    g_autoptr(GString) scratch = g_string_new(NULL);
    Job *job = &index->job;

    model_read_lock(index->model);
    job->next = MAX(job->next, index->model->calls_base + 1);
    uint32_t end = MIN(job->end, job->next + CALLS_PER_STEP);
    for (; job->next < end; job->next++) {
        const Call *call = model_call(index->model, job->next);
        if (is_wanted(index, call))
            scan_call(index, call, scratch);
    }
    model_read_unlock(index->model);
    if (job->next >= job->end)
        job_begin_sort(index);
}

/* The new list, and behind it what came since the job began. */
static void job_finish(CallIndex *index)
{
    Job *job = &index->job;
    unsigned tail = index->rows->len - job->tail;
    GArray *rows = g_array_sized_new(false, false, sizeof(uint32_t), job->order->len + tail);

    for (unsigned i = 0; i < job->order->len; i++) {
        const SortItem *item = g_ptr_array_index(job->order, i);
        g_array_append_val(rows, item->call);
    }
    if (tail)
        g_array_append_vals(rows, &g_array_index(index->rows, uint32_t, job->tail), tail);
    g_array_unref(index->rows);
    index->rows = rows;
    index->unsorted = in_natural_order(index) ? 0 : tail;
    index->made_us = g_get_monotonic_time();
    index->made_cost_us = index->made_us - job->began_us;
    index->made_generation = job->generation;
    job_end(job);
}

static bool job_step(CallIndex *index)
{
    switch (index->job.phase) {
    case JOB_SCAN:
        job_scan(index);
        return true;
    case JOB_SORT:
        if (!merge_sort_step(&index->job.sort, ITEMS_PER_STEP))
            return true;
        job_finish(index);
        return true; /* what came meanwhile may need another one */
    case JOB_NONE:
        break;
    }
    return false;
}

/* What was filtered or sorted by changes while packets arrive. */
bool call_index_is_stale(const CallIndex *index)
{
    if (in_natural_order(index) && !index->filter && !index->calls_only)
        return false;
    model_read_lock(index->model);
    bool changed = index->model->generation != index->made_generation;
    model_read_unlock(index->model);
    return changed || index->unsorted > 0;
}

/* Not too often; but at once when most of the list has no order yet. */
static bool may_remake(const CallIndex *index)
{
    int64_t pause_us = MAX(REMAKE_PAUSE_US, REMAKE_PAUSE_COST * index->made_cost_us);
    bool mostly_unsorted = index->unsorted > index->rows->len / 2;
    return mostly_unsorted || g_get_monotonic_time() - index->made_us >= pause_us;
}

bool call_index_step(CallIndex *index)
{
    bool more = take_in_new(index);

    if (index->job.phase == JOB_NONE && !more && may_remake(index) && call_index_is_stale(index))
        job_begin(index);
    return job_step(index) || more;
}

void call_index_note_gone(CallIndex *index)
{
    if (index->job.phase == JOB_NONE)
        job_begin(index);
}

unsigned call_index_count(const CallIndex *index)
{
    return index->rows->len;
}

uint32_t call_index_at(const CallIndex *index, unsigned row)
{
    return row < index->rows->len ? g_array_index(index->rows, uint32_t, row) : 0;
}

unsigned call_index_row(const CallIndex *index, uint32_t call, unsigned near)
{
    if (call_index_at(index, near) == call)
        return near;
    for (unsigned i = 0; i < index->rows->len; i++)
        if (g_array_index(index->rows, uint32_t, i) == call)
            return i;
    return index->rows->len;
}

static double job_progress(const Job *job, uint32_t first)
{
    if (job->phase == JOB_NONE)
        return -1;
    if (job->phase == JOB_SORT)
        return 0.9;
    return job->end > first ? 0.9 * (job->next - first) / (job->end - first) : 0;
}

void call_index_state(const CallIndex *index, CallIndexState *out)
{
    *out = (CallIndexState){
        .sort_column = index->sort_column,
        .reverse = index->reverse,
        .calls_only = index->calls_only,
        .filtered = index->filter != NULL,
        .unsorted = index->unsorted,
        .progress = job_progress(&index->job, index->first),
    };
}
