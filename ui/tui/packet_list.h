/* ui/tui/packet_list.h - the packets of one stream as a table, a part of the stream's screen: read
 * when it is asked for, sorted, searched, narrowed to what is odd, written as CSV. */
#pragma once
#include "ui/tui/packet_job.h"
#include "ui/tui/row_search.h"
#include "ui/tui/table.h"

typedef struct PacketList PacketList;

PacketList *packet_list_new(Ui *ui, uint32_t stream, uint32_t ssrc);
void packet_list_free(PacketList *list);

/* Reads the packets, when that was not begun yet; with @again anew. */
void packet_list_read(PacketList *list, bool again);
bool packet_list_is_reading(const PacketList *list);
/* PacketRow in order of arrival; NULL while they are read, and before. */
const GArray *packet_list_rows(const PacketList *list);
/* Some milliseconds of work; true: there is more. */
bool packet_list_step(PacketList *list);

void packet_list_fit(PacketList *list, int rows, int columns);
void packet_list_draw(const PacketList *list, WINDOW *window, Rect at);
/* "601/601 packets  only problems" */
void packet_list_describe(const PacketList *list, GString *out);

/* The common actions for moving; false for others. */
bool packet_list_action(PacketList *list, int action);
void packet_list_mouse(PacketList *list, const MouseEvent *event, int top);
/* The next packet that is odd, or the one before. */
void packet_list_problem(PacketList *list, bool next);
void packet_list_only_problems(PacketList *list);
ScreenResult packet_list_sort(PacketList *list);
void packet_list_reverse(PacketList *list);
ScreenResult packet_list_search(PacketList *list);
void packet_list_search_again(PacketList *list, bool backwards);
ScreenResult packet_list_write(PacketList *list); /* asks for the name of a CSV file */
/* Time of the packet under the cursor; TIME_UNKNOWN: none. */
int64_t packet_list_time(const PacketList *list);
/* The cursor goes to the first packet at @time_ns or later. */
void packet_list_go(PacketList *list, int64_t time_ns);
