#include "export/fax_pages.h"
#include "dissect/media/codec/fax_image.h"
#include "export/png_file.h"

struct FaxPages {
    const FaxOptions *options;
    char *name;
    TiffFile *files[FAX_SIDES]; /* NULL before the first page of that side */
    FaxImage *image;            /* of the page being read; NULL: none, or it cannot be decoded */
    unsigned count;
    GError *error;
};

FaxPages *fax_pages_new(const FaxOptions *options, const char *name)
{
    FaxPages *pages = g_new0(FaxPages, 1);

    pages->options = options;
    pages->name = g_strdup(name);
    return pages;
}

static void remark(const FaxPages *pages, const FaxPage *page, const char *what)
{
    g_autofree char *line = g_strdup_printf("%s: page %u: %s", pages->name, page->number, what);

    if (pages->options->remark)
        pages->options->remark(line, pages->options->context);
}

static void begin_page(const FaxPage *page, void *context)
{
    FaxPages *pages = context;
    const char *refusal = NULL;

    g_clear_pointer(&pages->image, fax_image_free);
    if (page->terms.width == 0)
        refusal = "its terms (DCS) were not seen";
    else
        pages->image = fax_image_new(&page->terms, &refusal);
    if (refusal)
        remark(pages, page, refusal);
}

static void add_octets(Slice octets, void *context)
{
    FaxPages *pages = context;

    if (pages->image)
        fax_image_add(pages->image, octets);
}

static void skip_octets(unsigned octets, void *context)
{
    FaxPages *pages = context;

    if (pages->image)
        fax_image_skip(pages->image, octets);
}

static char *path_of(const FaxPages *pages, const char *suffix)
{
    g_autofree char *file = g_strconcat(pages->name, suffix, NULL);

    return g_build_filename(pages->options->folder, file, NULL);
}

/* Of each sender one file; only the second to send has its side in the name. */
static bool add_to_tiff(FaxPages *pages, unsigned side, const BilevelPage *page)
{
    if (!pages->files[side]) {
        g_autofree char *path = path_of(pages, pages->files[!side] ? "-reply.tif" : ".tif");
        pages->files[side] = tiff_file_open(path, &pages->error);
    }
    return pages->files[side] && tiff_file_add(pages->files[side], page, &pages->error);
}

static bool write_png(FaxPages *pages, unsigned number, const BilevelPage *page)
{
    g_autofree char *suffix = g_strdup_printf("-page%u.png", number);
    g_autofree char *path = path_of(pages, suffix);

    return png_file_write(path, page, &pages->error);
}

static void remark_faults(const FaxPages *pages, const FaxPage *page, const FaxPixels *pixels)
{
    g_autofree char *damaged =
        g_strdup_printf("%u of %u rows are damaged", pixels->bad_rows, pixels->height);
    g_autofree char *missing = g_strdup_printf("%u ECM frames are missing", page->missing);
    g_autofree char *lost =
        g_strdup_printf("%" G_GUINT64_FORMAT " packets were lost in it", page->lost);

    if (pixels->bad_rows)
        remark(pages, page, damaged);
    if (page->missing)
        remark(pages, page, missing);
    if (page->lost)
        remark(pages, page, lost);
    if (pixels->cut)
        remark(pages, page, "its end is missing");
}

static void end_page(const FaxPage *page, void *context)
{
    FaxPages *pages = context;
    FaxPixels pixels;

    if (!pages->image)
        return;
    fax_image_finish(pages->image, &pixels);
    const BilevelPage bilevel = { pixels.width, pixels.height,     pixels.row_octets,
                                  pixels.rows,  page->terms.x_dpi, page->terms.y_dpi };
    if (pixels.height == 0) {
        remark(pages, page, "not a single row of it could be read");
    } else if (!pages->error) {
        remark_faults(pages, page, &pixels);
        pages->count +=
            add_to_tiff(pages, page->side, &bilevel) && write_png(pages, page->number, &bilevel);
    }
    g_clear_pointer(&pages->image, fax_image_free);
}

FaxPageSink fax_pages_sink(FaxPages *pages)
{
    return (FaxPageSink){ begin_page, add_octets, skip_octets, end_page, pages };
}

bool fax_pages_close(FaxPages *pages, unsigned *out_count, GError **error)
{
    for (unsigned i = 0; i < FAX_SIDES; i++)
        if (pages->files[i])
            tiff_file_close(pages->files[i], pages->error ? NULL : &pages->error);
    *out_count = pages->count;
    GError *failure = g_steal_pointer(&pages->error);
    fax_image_free(pages->image);
    g_free(pages->name);
    g_free(pages);
    if (!failure)
        return true;
    if (error && !*error)
        g_propagate_error(error, failure);
    else
        g_error_free(failure);
    return false;
}
