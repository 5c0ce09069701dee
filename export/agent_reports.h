/* export/agent_reports.h - what capture agents reported of a call besides its messages. */
#pragma once
#include "export/json_writer.h"
#include "export/report.h"

/* As the agent sent it, up to a NUL; NULL when it is no longer kept. The caller frees it. */
char *agent_report_read(PacketStore *store, const CallReport *report);

/* The member "reports" of a call; none where there are none. */
void json_agent_reports(JsonWriter *json, const ReportContext *context, const Call *call);
