/* export/record.h - a JSON document or NDJSON lines, written record by record: memory is that of
 * one record. Not for use outside export/. */
#pragma once
#include "export/json_writer.h"
#include "export/report.h"

/* Begins a record of the current report; its members follow, then record_end(). */
JsonWriter *record_begin(RecordWriter *writer);
void record_end(RecordWriter *writer);

/* Writes what @reports give to @file. Errors stay in ferror(@file). */
void record_document(const ReportContext *context, const Report *const *reports, unsigned count,
                     FILE *file);
