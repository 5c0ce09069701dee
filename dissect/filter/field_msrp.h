/* dissect/filter/field_msrp.h - fields about the MSRP sessions of a call. Private to
 * dissect/filter. */
#pragma once
#include "dissect/filter/field_search.h"

FIELD_FUNCTION(msrp_method_values);
FIELD_FUNCTION(msrp_status_values);
FIELD_FUNCTION(msrp_type_values);
FIELD_FUNCTION(msrp_id_values);
FIELD_FUNCTION(msrp_from_values);
FIELD_FUNCTION(msrp_to_values);
FIELD_FUNCTION(msrp_file_values);
FIELD_FUNCTION(msrp_unanswered_values);

/* Addresses and ports of the ends, for the fields that are of messages and streams as well. */
FIELD_FUNCTION(msrp_source_values);
FIELD_FUNCTION(msrp_destination_values);
FIELD_FUNCTION(msrp_ports_values);
