/* export/fax_t38.h - the pages of T.38 sessions, read again from the store. Not for use outside
 * export/. */
#pragma once
#include "export/fax.h"

/* The sessions of the plan of pages; names of files are made of their calls'. The caller holds the
 * model's lock. */
typedef struct FaxT38Plan FaxT38Plan;

FaxT38Plan *fax_t38_plan_new(const FaxOptions *options, const DecodeRules *rules);
void fax_t38_plan_free(FaxT38Plan *plan);
/* @name: without folder and suffix. */
void fax_t38_plan_add(FaxT38Plan *plan, const FaxTracker *faxes, uint32_t number, const char *name);
/* Adds the pages written to @pages. False when something cannot be read or written. */
bool fax_t38_plan_run(FaxT38Plan *plan, PacketStore *store, uint64_t packets, unsigned *pages,
                      GError **error);
