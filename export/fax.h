/* export/fax.h - the pages of faxes as files: "-r F --fax DIR". One TIFF a fax and sender with all
 * its pages, and a PNG a page. T.38 is known from the capture; faxes inside G.711 are looked for in
 * the sound of every selected call, and the model knows them afterwards. */
#pragma once
#include "capture/packet_store.h"
#include "dissect/call/model.h"

typedef struct {
    const uint32_t *calls; /* numbers */
    unsigned call_count;
    bool all_sessions;  /* T.38 of no call as well */
    const char *folder; /* made when it is not there */
    /* Called every so often with 0..1; returning false stops, leaving valid files. May be NULL. */
    bool (*progress)(double done, void *context);
    /* One line about what could not be read; may be NULL. */
    void (*remark)(const char *line, void *context);
    void *context;
} FaxOptions;

/* Takes the model's lock to learn what belongs to the calls, and to add what it found; reads the
 * packets again in between. False when a file cannot be read or written. */
bool fax_export(Model *model, PacketStore *store, const FaxOptions *options, unsigned *out_pages,
                GError **error);
