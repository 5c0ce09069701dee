# Every library comes from pkg-config. What is optional is named at the end of configuration and
# by `rung --version`; nothing disappears silently.
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)

pkg_check_modules(GLIB REQUIRED IMPORTED_TARGET glib-2.0>=2.66)
pkg_check_modules(PCAP REQUIRED IMPORTED_TARGET libpcap>=1.9)
pkg_check_modules(NCURSES REQUIRED IMPORTED_TARGET ncursesw)
pkg_check_modules(JSON REQUIRED IMPORTED_TARGET json-glib-1.0)

set(RUNG_FEATURES "")
# rung_optional(TARGET MODULE MACRO WHAT): defines MACRO where MODULE is found, and says so.
function(rung_optional target module macro what)
    pkg_check_modules(${target} IMPORTED_TARGET ${module})
    if(${target}_FOUND)
        target_compile_definitions(PkgConfig::${target} INTERFACE ${macro}=1)
        list(APPEND RUNG_FEATURES "+ ${module} ${${target}_VERSION}: ${what}")
    else()
        add_library(PkgConfig::${target} INTERFACE IMPORTED)
        list(APPEND RUNG_FEATURES "- ${module}: not found, no ${what}")
    endif()
    set(RUNG_FEATURES "${RUNG_FEATURES}" PARENT_SCOPE)
endfunction()
rung_optional(ARCHIVE libarchive RUNG_HAVE_ARCHIVE "compressed captures (gz, zst, lz4, xz)")
rung_optional(CAPNG libcap-ng RUNG_HAVE_CAPNG "giving up capabilities after the devices are open")
rung_optional(SPANDSP spandsp RUNG_HAVE_SPANDSP "audio of G722, G726 and GSM")
rung_optional(BCG729 libbcg729 RUNG_HAVE_BCG729 "audio of G729")
rung_optional(OPUS opus RUNG_HAVE_OPUS "audio of opus")
rung_optional(SPEEX speex RUNG_HAVE_SPEEX "audio of speex")
rung_optional(AMRNB opencore-amrnb RUNG_HAVE_AMR_NB "audio of AMR")
rung_optional(AMRWB opencore-amrwb RUNG_HAVE_AMR_WB "audio of AMR-WB")
rung_optional(SNDFILE sndfile RUNG_HAVE_SNDFILE "audio files")
rung_optional(SOXR soxr RUNG_HAVE_SOXR "audio of calls with several sampling rates")

# The same lines for `rung --version`.
list(JOIN RUNG_FEATURES "\\n" RUNG_FEATURES_TEXT)
configure_file(${PROJECT_SOURCE_DIR}/cmake/build_info.h.in ${PROJECT_BINARY_DIR}/build_info.h)

function(rung_print_features)
    message(STATUS "rung ${PROJECT_VERSION}, optional parts:")
    foreach(feature IN LISTS RUNG_FEATURES)
        message(STATUS "  ${feature}")
    endforeach()
endfunction()
