/* export/audio_fork.h - a forked INVITE has several early dialogs, and each may bring media. A
 * phone plays one of them: the one that began last (RFC 3960 section 3.1 leaves it to the phone;
 * this is what most do), and from the answer on the dialog that was answered. Not for use outside
 * export/.
 */
#pragma once
#include "export/audio_plan.h"

/* Sets in the streams of @planned, sorted by their begin, when each is not heard. */
void audio_fork_choose(AudioCall *planned, const Call *call);
