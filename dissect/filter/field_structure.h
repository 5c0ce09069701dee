/* dissect/filter/field_structure.h - fields about a call's structure (call/structure.h); each gives
 * values only where there is something. Private to dissect/filter. */
#pragma once
#include "dissect/filter/field_search.h"

FIELD_FUNCTION(forked_values);
FIELD_FUNCTION(branches_values);
FIELD_FUNCTION(answers_values);
FIELD_FUNCTION(early_media_values);
FIELD_FUNCTION(redirects_values);
FIELD_FUNCTION(auth_rounds_values);
FIELD_FUNCTION(auth_result_values);
FIELD_FUNCTION(unacknowledged_values);
FIELD_FUNCTION(session_expires_values);
FIELD_FUNCTION(session_timer_values);
FIELD_FUNCTION(renegotiations_values);
FIELD_FUNCTION(glares_values);
FIELD_FUNCTION(holds_values);
FIELD_FUNCTION(hold_time_values);
FIELD_FUNCTION(held_by_values);
FIELD_FUNCTION(forwarded_values);
FIELD_FUNCTION(conference_values);
FIELD_FUNCTION(paging_values);

const char *forked_choice(unsigned index);
const char *auth_result_choice(unsigned index);
const char *session_timer_choice(unsigned index);
const char *held_by_choice(unsigned index);
