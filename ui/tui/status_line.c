#include "ui/tui/status_line.h"
#include "export/escape.h"
#include <stdio.h>
#include <unistd.h>

#define SAMPLE_US G_USEC_PER_SEC

void status_line_clear(StatusLine *status)
{
    g_free(status->failure);
    *status = (StatusLine){ 0 };
}

static uint64_t resident_bytes(void)
{
    uint64_t pages = 0;
    FILE *file = fopen("/proc/self/statm", "re");
    if (!file)
        return 0;
    if (fscanf(file, "%*s %" G_GUINT64_FORMAT, &pages) != 1)
        pages = 0;
    fclose(file);
    return pages * (uint64_t)sysconf(_SC_PAGESIZE);
}

static void set_failure(StatusLine *status, const char *name, const char *failure)
{
    if (status->failure || !failure)
        return;
    g_autofree char *line = name ? g_strdup_printf("%s: %s", name, failure) : g_strdup(failure);
    status->failure = escape_line(line, term_utf8());
}

static void sample_sources(StatusLine *status, Capture *capture)
{
    uint64_t bytes_read = 0, bytes_total = 0;

    status->drops = (CaptureDrops){ 0 };
    status->live = false;
    for (unsigned i = 0; i < capture_source_count(capture); i++) {
        CaptureSourceInfo source;
        capture_source_info(capture, i, &source);
        status->live |= source.live;
        status->drops.kernel += source.drops.kernel;
        status->drops.interface += source.drops.interface;
        status->drops.rung += source.drops.rung;
        status->drops.paused += source.drops.paused;
        bytes_read += source.bytes_read;
        bytes_total += source.bytes_total;
        set_failure(status, source.name, source.failure);
    }
    status->read = bytes_total ? MIN(1.0, (double)bytes_read / (double)bytes_total) : -1;
    set_failure(status, NULL, capture_output_failure(capture));
}

static void sample_spool(StatusLine *status, Capture *capture)
{
    PacketStoreUsage usage;

    packet_store_usage(capture_store(capture), &usage);
    status->spool_used = usage.used_bytes;
    status->spool_cap = usage.cap_bytes;
    status->spool_lost = usage.dropped_bytes;
    set_failure(status, "spool", usage.last_error);
    g_free(usage.last_error);
}

static void sample_slowly(StatusLine *status, const Ui *ui, int64_t now_us)
{
    int64_t since_us = now_us - status->sampled_us;
    uint64_t arrived = status->packets - status->sampled_packets;

    if (status->sampled_us)
        status->packets_per_s = (double)arrived * G_USEC_PER_SEC / (double)since_us;
    status->sampled_packets = status->packets;
    status->sampled_us = now_us;
    status->memory_bytes = resident_bytes();
    g_clear_pointer(&status->failure, g_free);
    if (ui->context->capture) {
        sample_sources(status, ui->context->capture);
        sample_spool(status, ui->context->capture);
    }
}

void status_line_sample(StatusLine *status, const Ui *ui)
{
    int64_t now_us = g_get_monotonic_time();

    const Model *model = ui_lock(ui);
    bool just_ended = model->ended && !status->ended;
    status->packets = model->facts.packets;
    status->calls = model->calls_kept;
    status->ended = model->ended;
    ui_unlock(ui);
    if (just_ended || now_us - status->sampled_us >= SAMPLE_US)
        sample_slowly(status, ui, now_us);
}

typedef struct {
    WINDOW *window;
    int y, x;
} Writer;

static void put(Writer *writer, unsigned style, const char *format, ...) G_GNUC_PRINTF(3, 4);

static void put(Writer *writer, unsigned style, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    Rect room = cells_row(writer->y, writer->x, getmaxx(writer->window) - writer->x);
    writer->x += cells_text(writer->window, room, style, text);
}

static void put_count(Writer *writer, const char *what, uint64_t count, unsigned style)
{
    if (count)
        put(writer, style, " %s %" G_GUINT64_FORMAT " ", what, count);
}

/* "12.3k": short enough for a line that has to say much. */
static char *short_number(double value)
{
    static const char units[] = " kMGT";
    unsigned unit = 0;
    while (value >= 10000 && unit + 2 < sizeof units) {
        value /= 1000;
        unit++;
    }
    return unit ? g_strdup_printf("%.1f%c", value, units[unit]) : g_strdup_printf("%.0f", value);
}

static char *short_bytes(uint64_t bytes)
{
    if (bytes < 10 * 1024 * 1024)
        return g_strdup_printf("%" G_GUINT64_FORMAT "K", bytes / 1024);
    return g_strdup_printf("%" G_GUINT64_FORMAT "M", bytes / (1024 * 1024));
}

static void put_drops(Writer *writer, const CaptureDrops *drops)
{
    if (!drops->kernel && !drops->interface && !drops->rung)
        put(writer, STYLE_STATUS, "  no drops");
    else
        put(writer, STYLE_STATUS, "  ");
    put_count(writer, "DROPS kernel", drops->kernel, STYLE_ALARM);
    put_count(writer, "DROPS interface", drops->interface, STYLE_ALARM);
    put_count(writer, "DROPS rung", drops->rung, STYLE_ALARM);
    put_count(writer, "while paused", drops->paused, STYLE_STATUS);
}

static void put_spool(Writer *writer, const StatusLine *status)
{
    if (!status->live && !status->spool_used)
        return;
    g_autofree char *used = short_bytes(status->spool_used);
    g_autofree char *cap = short_bytes(status->spool_cap);
    put(writer, STYLE_STATUS, "  spool %s/%s%s", used, cap,
        status->spool_lost ? " (oldest gone)" : "");
}

static void put_state(Writer *writer, const StatusLine *status, bool paused)
{
    if (paused)
        put(writer, STYLE_ALARM, " PAUSED ");
    else if (status->live && !status->ended)
        put(writer, STYLE_STATUS, " live");
    else if (status->ended)
        put(writer, STYLE_STATUS, " read");
    else if (status->read >= 0)
        put(writer, STYLE_STATUS, " reading %3.0f%%", status->read * 100);
    else
        put(writer, STYLE_STATUS, " reading");
}

static void put_figures(Writer *writer, const StatusLine *status, const Ui *ui)
{
    g_autofree char *memory = short_bytes(status->memory_bytes);
    g_autofree char *rate = short_number(status->packets_per_s);

    put(writer, STYLE_STATUS, "  %" G_GUINT64_FORMAT " packets", status->packets);
    if (!status->ended)
        put(writer, STYLE_STATUS, " %s/s", rate);
    put(writer, STYLE_STATUS, "  %u calls", status->calls);
    put_drops(writer, &status->drops);
    put_spool(writer, status);
    put(writer, STYLE_STATUS, "  mem %s", memory);
    if (*ui->filter_text) {
        g_autofree char *filter = escape_line(ui->filter_text, term_utf8());
        put(writer, STYLE_STATUS, "  filter: %s", filter);
    }
}

void status_line_draw(const StatusLine *status, const Ui *ui, WINDOW *window, int y)
{
    Writer writer = { window, y, 0 };
    bool has_notice = ui->notice && g_get_monotonic_time() < ui->notice_until_us;

    cells_blank(window, cells_row(y, 0, getmaxx(window)), STYLE_STATUS);
    if (has_notice) {
        put(&writer, ui->notice_is_error ? STYLE_ALARM : STYLE_MATCH, " %s ", ui->notice);
        return;
    }
    put_state(&writer, status, ui->paused);
    if (status->failure)
        put(&writer, STYLE_ALARM, " %s ", status->failure);
    put_figures(&writer, status, ui);
}
