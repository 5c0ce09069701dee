/* export/link_type.h - names of link types, for people. */
#pragma once

/* @link_type is a LINKTYPE_ number of the file formats. NULL when it has no name. */
const char *link_type_name(int link_type);
