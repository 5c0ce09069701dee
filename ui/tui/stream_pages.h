/* ui/tui/stream_pages.h - what is said of a stream in lines: why it has its score, how its delays
 * and losses are spread, and what RTCP says beside it. */
#pragma once
#include "ui/tui/stream_snapshot.h"
#include "ui/tui/text_pane.h"

/* The score with every input, where it is from and what it costs; then all counters. */
void stream_page_overview(TextPane *pane, const StreamSnapshot *snapshot);
void stream_page_spread(TextPane *pane, const StreamSnapshot *snapshot);
void stream_page_rtcp(TextPane *pane, const StreamSnapshot *snapshot);
