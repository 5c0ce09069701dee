/* export/selection.h - what of the model a report shows. Not for use outside export/. */
#pragma once
#include "export/report.h"

/* @call may be NULL (evicted). */
bool selects_record(const ReportContext *context, const Call *call);
/* Calls (what an INVITE began) that are shown, in order: @position begins at 0 and is kept by the
 * caller. NULL at the end. */
const Call *next_selected_call(const ReportContext *context, unsigned *position);
/* What belongs to the record with @number; without a filter everything, with one only what belongs
 * to a record that matches. */
bool selects_number(const ReportContext *context, uint32_t number);

/* Call-ID of leg @number; that of the first leg when there is none such. */
const char *call_leg_id(const Call *call, unsigned number);
